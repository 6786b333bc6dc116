#!/bin/sh
# Starts coturn in its container with docs/turnserver.conf, and this machine's values in the place of the sample's.
# TLS is left out: a relay by turns: needs a certificate of its own (docs/coturn.md).
set -eu
sample=${SAMPLE:-/etc/coturn/sample.conf}
secret=${SECRET_FILE:-/run/secrets/showme_turn_secret}
made=${MADE:-/tmp/turnserver.conf}
umask 077
{
    # Without addresses coturn listens on, and relays from, every address of the machine.
    grep -Ev '^(listening-ip|relay-ip|cert|pkey|tls-listening-port|static-auth-secret|realm|syslog|#external-ip)([= ]|$)' "$sample"
    printf 'realm=%s\nno-tls\nlog-file=stdout\nsimple-log\n' "$TURN_HOST"
    printf 'userdb=%s\npidfile=%s\n' "${made%/*}/turndb" "${made%/*}/turnserver.pid"
    printf 'static-auth-secret=%s\n' "$(cat "$secret")"
    if [ -n "${TURN_ADDRESS:-}" ]; then printf 'listening-ip=%s\nrelay-ip=%s\n' "$TURN_ADDRESS" "$TURN_ADDRESS"; fi
    if [ -n "${TURN_EXTERNAL_IP:-}" ]; then printf 'external-ip=%s\n' "$TURN_EXTERNAL_IP"; fi
} >"$made"
exec turnserver -c "$made"
