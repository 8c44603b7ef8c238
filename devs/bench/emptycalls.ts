/** What the VM takes for calling a send and a receive that do nothing. */
export class EmptyCalls {
    send(_msg: Buffer, _priority: number): number {
        return 0
    }

    recv(_into: Buffer): number {
        return 0
    }
}
