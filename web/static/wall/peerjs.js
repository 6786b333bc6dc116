/** @file The PeerJS client as published, apart from everything else: only who watches a live video loads it. */

export { Peer } from "peerjs";
