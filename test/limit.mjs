// How long a test may wait for what it waits for. Tests wait for events; this is only for the case that one never
// comes. So it is far above what the slowest machine needs, and there is no other.

export const limitMs = 10 * 60_000
