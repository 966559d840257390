/** One end of a pair that carries messages in order: a MessagePort, a Worker, `parentPort`, or a double in the same thread. */
export interface MessageEnd<Sent, Received> {
  postMessage(message: Sent, transfer?: readonly ArrayBuffer[]): void;
  on(event: "message", listener: (message: Received) => void): unknown;
}
