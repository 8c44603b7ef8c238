// What CONTRACT says of regions, descriptors, records and configurations.

import { errors } from "../model"
import { Call, Coded, codes, Field, formats, records } from "../programs/calls"
import {
    Board,
    countOf,
    expectInto,
    expectRecord,
    messageOf,
    roomOf,
} from "./board"
import {
    configOf,
    descriptorBytes,
    Descriptor,
    descriptorOf,
    isCount,
    isDescriptor,
    misfitOf,
    numberAt,
    queueError,
    recordBytes,
    Region,
    regionError,
    sizeOf,
} from "./memory"
import { schemaSize } from "./shape"
import { End, Reader } from "./trace"

type Expectation = (board: Board, end: End) => void

const regionOf = (board: Board) => board.regionAt[board.field(Field.Target)]
const first = (board: Board) => countOf(board, Field.First)
const second = (board: Board) => countOf(board, Field.Second)

function newRegion(board: Board, { result, more }: End) {
    const kind = board.field(Field.Second)
    const data = kind === 0 ? messageOf(board) : undefined
    const size = first(board)
    const slots = countOf(board, Field.Priority)
    let error = 0
    if (kind > 0) error = regionError(kind, size, slots)
    else if (!data) error = errors.invalidArgument
    if (error < 0) return board.expect("the result", result, error)
    board.expect("the policy", result, Math.min(kind, 2))
    const [id, generation] = expectHandle(board, more)
    let region = new Region("append", id, generation, size)
    if (kind === 0) {
        region = new Region("immutable", id, generation, 0)
        region.bytes = [...(data as number[])]
    } else if (kind > 1)
        region = new Region("slab", id, generation, size * slots, size)
    board.regions.add(region)
    board.regionAt[board.field(Field.Target)] = region
}

/** Nobody has had this handle before. */
function expectHandle(board: Board, more: Reader) {
    const [id, generation] = [more.u32(), more.u32()]
    if (!board.regions.mayHave(id, generation))
        board.fail("a new handle", [id, generation], "one that is free")
    return [id, generation]
}

function append(board: Board, { result }: End) {
    const expected = regionOf(board).append(messageOf(board))
    board.expect("the result", result, expected)
}

function readRegion(board: Board, { result, more }: End) {
    const region = regionOf(board)
    const room = roomOf(board)
    const expected = region.read(first(board), second(board), room)
    board.expect("the result", result, expected)
    const from = first(board)
    const bytes = expected < 0 ? [] : region.bytes.slice(from, from + expected)
    expectInto(board, more, room, bytes)
    const size = region.isAlive ? region.bytes.length : errors.staleHandle
    board.expect("size()", more.value(), size)
}

function getAt(board: Board, { more }: End) {
    const format = formats[board.field(Field.Second)]
    const size = sizeOf(format)
    const code = board.field(Field.Object)
    const offset = first(board)
    let expected: number | undefined
    let region: Region | number = regionOf(board)
    let at = offset
    if (code > 0) {
        const named = board.descriptorAt[code - 1]
        region = isDescriptor(named)
            ? board.regions.find(named)
            : errors.invalidArgument
        const fits = isCount(offset) && offset + (size ?? 1) <= named.length
        if (!fits) region = errors.invalidArgument
        at = named.offset + offset
    }
    if (typeof region !== "number" && region.isAlive && size !== undefined)
        if (isCount(offset) && region.holds(at, size))
            expected = numberAt(region.bytes, at, format)
    board.expect("the number", more.value(), expected)
}

function alloc(board: Board, { result }: End) {
    const expected = regionOf(board).alloc(result ?? -1)
    board.expect("the result", result, expected)
}

function free(board: Board, { result }: End) {
    board.expect("the result", result, regionOf(board).free(first(board)))
}

function write(board: Board, { result }: End) {
    const data = messageOf(board)
    const expected = regionOf(board).write(first(board), second(board), data)
    board.expect("the result", result, expected)
}

function destroy(board: Board, { result }: End) {
    board.expect("the result", result, regionOf(board).destroy())
}

function newDescriptor(board: Board, { more }: End) {
    const kind = board.field(Field.Object)
    if (kind === 5 && !board.ownRegion) {
        const [id, generation] = expectHandle(board, more)
        board.ownRegion = new Region("slab", id, generation, 1, 1)
        board.regions.add(board.ownRegion)
    } else {
        const named = kind === 5 ? (board.ownRegion as Region) : regionOf(board)
        board.expect("the id", more.u32(), named.id)
        board.expect("the generation", more.u32(), named.generation)
    }
    const region = kind === 5 ? (board.ownRegion as Region) : regionOf(board)
    const made: Descriptor = {
        id: region.id,
        generation: region.generation,
        offset: first(board),
        length: second(board),
    }
    if (kind === 1) made.generation++
    else if (kind === 2) made.id += 100
    else if (kind === 3) made.id = "1"
    else if (kind === 4) made.id = 0
    else if (kind === 6) made.generation = 1.5
    else if (kind === 7) made.id = -1
    board.descriptorAt[board.field(Field.Buffer)] = made
}

function readDescriptor(board: Board, { result, more }: End) {
    const named = board.descriptorAt[board.field(Field.First)]
    const room = roomOf(board)
    const found = isDescriptor(named)
        ? board.regions.find(named)
        : errors.invalidArgument
    board.expect("isValid()", more.u8(), typeof found === "number" ? 0 : 1)
    let expected: number = errors.invalidArgument
    let bytes: number[] = []
    if (room !== undefined && isDescriptor(named)) {
        if (named.length > room) expected = errors.bufferTooSmall
        else if (typeof found === "number") expected = found
        else {
            expected = named.length
            bytes = found.bytes.slice(named.offset, named.offset + expected)
        }
    }
    board.expect("the result", result, expected)
    expectInto(board, more, room, bytes)
}

function toBytes(board: Board, { result, more }: End) {
    const room = roomOf(board)
    const at = second(board)
    const bytes = descriptorBytes(board.descriptorAt[board.field(Field.First)])
    let expected = 24
    if (room === undefined || !isCount(at) || !bytes)
        expected = errors.invalidArgument
    else if (at + expected > room) expected = errors.bufferTooSmall
    board.expect("the result", result, expected)
    const before = expected < 0 ? [] : Array(at).fill(0xa5)
    expectInto(board, more, room, [
        ...before,
        ...(expected < 0 ? [] : (bytes as number[])),
    ])
}

function fromBytes(board: Board, { result, more }: End) {
    const bytes = messageOf(board)
    const at = first(board)
    const fits = bytes && isCount(at) && at + 24 <= bytes.length
    board.expect("the result", result, fits ? 24 : errors.invalidArgument)
    const { id, generation, offset, length } = fits
        ? descriptorOf(bytes, at)
        : { id: 0, generation: 0, offset: 0, length: 0 }
    const got = [more.value(), more.value(), more.value(), more.value()]
    board.expect("the fields", got, [id, generation, offset, length])
}

function recordGiven(board: Board) {
    const code = board.field(Field.First)
    const record = code >= Coded.Junk ? undefined : { ...records[code] }
    board.outgoing[board.task] = { record }
    return record
}

function encode(board: Board, { result, more }: End) {
    const room = roomOf(board)
    const at = second(board)
    const record = recordGiven(board)
    let expected = schemaSize
    if (!record || room === undefined || !isCount(at))
        expected = errors.invalidArgument
    else if (at + schemaSize > room) expected = errors.bufferTooSmall
    else if (misfitOf(record) !== "") expected = errors.schemaMismatch
    board.expect("the result", result, expected)
    const written =
        expected < 0 ? [] : [...Array(at).fill(0xa5), ...recordBytes(record)]
    expectInto(board, more, room, written)
}

function decode(board: Board, { result, more }: End) {
    const bytes = messageOf(board)
    const at = first(board)
    const fits =
        bytes &&
        isCount(at) &&
        at + schemaSize <= bytes.length &&
        board.field(Field.Object) === 0
    const expected = fits ? schemaSize : errors.invalidArgument
    board.expect("the result", result, expected)
    if (fits) expectRecord(board, more, bytes.slice(at, at + schemaSize))
}

function explain(board: Board, { more }: End) {
    const record = recordGiven(board)
    const text = more.text()
    if (!record) return board.expect("the reason", text, "no record")
    const field = misfitOf(record)
    if (field === "") return board.expect("the reason", text, "")
    // "a: ...", or "f[1]: ..."
    board.expect("the reason's field", text.split(/[:[]/)[0], field)
}

function config(board: Board, { more }: End) {
    const { isValid, ringSize, maxMsgSize } = configOf(board.call)
    const error = isValid ? 0 : errors.invalidArgument
    board.expect("validateConfig", more.i32(), error)
    const needed = more.value()
    if (!isValid) return board.expect("requiredMemory", needed, error)
    const least = ringSize * (8 + maxMsgSize)
    const most = least + 16 + 4 * ringSize
    if (typeof needed !== "number" || needed < least || needed > most)
        board.fail("requiredMemory", needed, `${least} to ${most}`)
}

function newQueue(board: Board, { result, more }: End) {
    const made = configOf(board.call)
    const needed = Number(more.value())
    const backing = board.field(Field.Target)
    const expected = queueError(made, backing, needed)
    board.expect("the result", result, expected)
    if (expected > 0) board.expect("name()", more.text(), made.name)
}

const names: Record<number, string> = {
    ...{ 1: "InvalidCapability", 6: "QueueFull", 26: "MessageTooLarge" },
    ...{ 64: "QueueClosed", 65: "SchemaMismatch", 255: "InternalError" },
}

function errorName(board: Board, { more }: End) {
    const code = codes[board.field(Field.First)]
    const expected = names[Math.abs(code)] ?? `Unknown(${code})`
    board.expect("the name", more.text(), expected)
}

function check(board: Board, { result }: End) {
    const code = codes[board.field(Field.First)]
    const expected = Number.isInteger(code) ? code : undefined
    board.expect("the result, or what is thrown", result, expected)
}

const expectations: Partial<Record<Call, Expectation>> = {
    [Call.NewRegion]: newRegion,
    [Call.Append]: append,
    [Call.ReadRegion]: readRegion,
    [Call.GetAt]: getAt,
    [Call.Alloc]: alloc,
    [Call.Free]: free,
    [Call.Write]: write,
    [Call.Destroy]: destroy,
    [Call.NewDescriptor]: newDescriptor,
    [Call.ReadDescriptor]: readDescriptor,
    [Call.ToBytes]: toBytes,
    [Call.FromBytes]: fromBytes,
    [Call.Encode]: encode,
    [Call.Decode]: decode,
    [Call.Explain]: explain,
    [Call.Config]: config,
    [Call.NewQueue]: newQueue,
    [Call.ErrorName]: errorName,
    [Call.Check]: check,
}

export function expectMemoryCall(board: Board, end: End, call: Call) {
    const expectation = expectations[call]
    if (!expectation) throw new Error(`no expectation of call ${call}`)
    expectation(board, end)
}
