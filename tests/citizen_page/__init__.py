"""The citizen's page in a real browser, before a stand-in of the server that speaks the agreed words."""
