import type { File } from "../../host/project/trees.mjs"

export { type File, walk, withFiles } from "../../host/project/trees.mjs"

export function lineOf(file: File, position: number) {
    return file.source.getLineAndCharacterOfPosition(position).line + 1
}
