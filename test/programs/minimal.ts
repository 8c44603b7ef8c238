import { KernelQueue, check } from "../../src"

const queue = new KernelQueue()
const message = hex`0102`
const into = Buffer.alloc(64)
check(queue.send(message))
console.log("received", check(queue.recv(into)))
