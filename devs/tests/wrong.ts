// What a caller in JavaScript may pass for an argument.

/** No Buffers. */
export const noBuffers: any[] = [
    undefined,
    null,
    "abc",
    "",
    NaN,
    0,
    1.5,
    -1,
    4294967296,
    Infinity,
    true,
    {},
    [],
    [1, 2],
]

export const noPriorities: any[] = [
    null,
    "1",
    "",
    NaN,
    -1,
    4,
    0.5,
    4294967296,
    Infinity,
    true,
    {},
    [1],
]

export const noTimeouts: any[] = [
    undefined,
    null,
    "10",
    NaN,
    -1,
    -0.5,
    -4294967296,
    -Infinity,
    true,
    {},
    [1],
    hex`00`,
]
