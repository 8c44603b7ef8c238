import type { File } from "../../host/trees.mjs"

export { type File, walk, withFiles } from "../../host/trees.mjs"

export function lineOf(file: File, position: number) {
    return file.source.getLineAndCharacterOfPosition(position).line + 1
}
