/**
 * @file The shapes that travel between the server and the photowall, for the type checker only.
 *
 * Times are ISO 8601 in UTC with milliseconds.
 *
 * @typedef {object} Rung
 * @property {string} rung
 * @property {string | null} at
 * @property {number | null} seconds since the invitation was created
 *
 * @typedef {object} Hint
 * @property {string} cause
 * @property {string} sentence to say to the caller
 * @property {string} due_at not to be shown before
 *
 * @typedef {object} Phone
 * @property {string | null} kind
 * @property {string | null} browser
 * @property {number | null} battery between 0 and 1
 * @property {string | null} network
 *
 * @typedef {object} Place
 * @property {number} latitude
 * @property {number} longitude
 * @property {number | null} accuracy in metres
 * @property {string} at
 *
 * @typedef {Place & {number: number, invitation: string}} Position one of those that a citizen has sent
 *
 * @typedef {object} MapSource
 * @property {string | null} tiles an address with {z}, {x} and {y}; null: none, and the map is drawn without
 * @property {string} attribution
 * @property {number} deepest how far in the tiles go
 *
 * @typedef {object} Invitation
 * @property {string} id
 * @property {number} number
 * @property {"photo" | "live" | "location"} purpose
 * @property {string} language of the SMS
 * @property {boolean} language_chosen else the page speaks the phone's own
 * @property {string | null} incident
 * @property {string | null} to masked
 * @property {string} by who invited
 * @property {string} responsible who looks after it now
 * @property {{by: string, at: string} | null} handed who has handed it over, and when
 * @property {string} created_at
 * @property {string} expires_at
 * @property {"open" | "closed" | "expired"} state
 * @property {string | null} ended_at
 * @property {Rung[]} ladder
 * @property {string} rung
 * @property {boolean} perhaps_a_scanner
 * @property {Hint | null} hint
 * @property {{state: string, provider: string | null, sentence: string | null}} sms
 * @property {Phone | null} phone
 * @property {Attendance | null} page how the citizen's page stands, once somebody has tapped on it
 * @property {number} photos
 * @property {Place | null} location
 * @property {Live} live
 * @property {number} live_viewers
 *
 * @typedef {object} Attendance
 * @property {"shown" | "hidden" | "left" | "silent"} state
 * @property {number} unsent photos that are chosen and have not arrived
 * @property {string | null} trouble
 * @property {string} at
 *
 * @typedef {object} Live
 * @property {boolean} is_live
 * @property {string | null} began_at
 * @property {string | null} ended_at
 *
 * @typedef {object} Photo
 * @property {string} id
 * @property {string} invitation
 * @property {number} number within its invitation
 * @property {"received" | "shown" | "unreadable"} state
 * @property {"photo" | "still" | "clip"} kind
 * @property {Clip | null} [clip] of a clip whose poster is shown
 * @property {"preview" | "shrunk" | "original"} size of which its pictures are made
 * @property {"preview" | "shrunk" | "original"} reached the fullest that has arrived
 * @property {"asked" | "gone" | null} original where less has arrived
 * @property {string} format
 * @property {number} bytes
 * @property {string} sha256
 * @property {number | null} width
 * @property {number | null} height
 * @property {string} received_at
 * @property {string | null} shown_at
 * @property {string} expires_at
 * @property {{by: string, at: string, reason: string, due_at: string} | null} [kept] by a supervisor, beyond its time
 * @property {Mark[]} [seen] everybody who has looked at it large
 * @property {Mark | null} [important] who marked it for all
 * @property {Taken} taken
 *
 * @typedef {{by: string, at: string}} Mark
 *
 * @typedef {object} Sealed a photo in quarantine
 * @property {string} id
 * @property {string} invitation
 * @property {number} number
 * @property {"photo" | "still" | "clip"} kind
 * @property {string} sha256
 * @property {string} sealed_at
 * @property {string} by
 * @property {string} ends_at
 * @property {boolean} is_kept
 *
 * @typedef {object} Blurred
 * @property {import("./hiding.js").Blurring} organisation
 * @property {import("./hiding.js").Blurring | null} own
 * @property {import("./hiding.js").Blurring} holds the stricter of the two
 * @property {number} revealed in this shift
 *
 * @typedef {object} Clip
 * @property {"making" | "playable" | "unplayable"} state
 * @property {number | null} seconds
 *
 * @typedef {object} Taken what its camera said, and nobody vouches for
 * @property {"just_now" | "minutes" | "hours" | "days" | "unknown"} age when it arrived
 * @property {number} number of minutes, hours or days
 * @property {string} sentence
 * @property {{latitude: number, longitude: number} | null} place
 * @property {string | null} camera foreign text
 *
 * @typedef {object} SpokenCode
 * @property {string} code six or eight digits
 * @property {string} expires_at
 * @property {string} address where it is typed
 *
 * @typedef {object} JournalEvent
 * @property {number} number
 * @property {string} kind
 * @property {string} at
 * @property {string | null} actor
 * @property {Invitation | null} invitation
 * @property {Photo | null} photo
 * @property {string | null} photo_id
 * @property {number | null} credits how many were left after it
 * @property {Record<string, unknown> | null} [detail] of a few kinds
 * @property {Message | null} [message] what was said or heard
 *
 * @typedef {object} Message one sentence of a conversation
 * @property {number} number of its event
 * @property {string} at
 * @property {boolean} by_citizen
 * @property {string} actor
 * @property {string} sentence foreign text, unless it is ready-made
 * @property {string | null} ready
 * @property {string | null} language of the citizen's page
 * @property {number | null} reply_to
 * @property {number | null} waited seconds on a phone without a line
 * @property {string | null} shown_at
 *
 * @typedef {object} Question a sentence that need not be typed
 * @property {string} ready
 * @property {string} sentence
 * @property {string | null} answers the kind of answers that the citizen can press
 *
 * @typedef {{group: string, name: string, sentences: Question[]}} QuestionGroup
 *
 * @typedef {object} Me
 * @property {{id: number, name: string, region: string, blur: boolean, blurring?: import("./hiding.js").Blurring, retention_hours: number}} organisation
 * @property {string} dispatcher
 * @property {string} role
 * @property {string[]} languages in which citizens are spoken to
 * @property {string[]} team_languages those of them that are spoken here
 * @property {string} now
 *
 * @typedef {object} Share a link that was given to somebody
 * @property {string} id
 * @property {string} recipient
 * @property {string | null} invitation
 * @property {string | null} incident
 * @property {"open" | "ended" | "expired"} state
 * @property {string | null} link while it works
 * @property {string} made_by
 * @property {string} made_at
 * @property {string} expires_at
 * @property {string | null} ended_at
 * @property {string | null} ended_by
 * @property {number} opened how often
 * @property {string | null} opened_at
 * @property {number} watching how many look now
 *
 * @typedef {{address: string, browser: string, opened_at: string, seen_at: string}} ShareVisit
 *
 * @typedef {object} Lists
 * @property {Invitation[]} invitations
 * @property {number} invitationsCursor
 * @property {Photo[]} photos
 * @property {number} photosCursor
 * @property {number} credits
 *
 * @typedef {object} Joined a viewer's place at the switchboard
 * @property {string} peer
 * @property {string} citizen whose calls are answered, and nobody else's
 * @property {RTCIceServer[]} ice_servers
 * @property {RTCIceTransportPolicy} ice_policy
 * @property {string | null} signalling null: this server's own
 * @property {boolean} direct whether the phone will call, or stills must do
 *
 * @typedef {object} Still
 * @property {number} number
 * @property {number} age in seconds, when it was answered
 * @property {Blob} picture
 *
 * @typedef {"direct" | "relay" | "stills"} Path how a picture came here
 *
 * @typedef {(path: string, blanks?: Record<string, string | number>) => string} Say
 */

export {};
