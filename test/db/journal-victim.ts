/** A process to be killed: journals fills and decisions as fast as it can and prints every durable seq. Argument: data folder and session id. */
import { writeSync } from "node:fs";
import { MessageChannel } from "node:worker_threads";
import { JournalClient } from "../../db/journal-client.ts";
import { JournalService } from "../../db/journal-service.ts";
import { batch, decision, fill, manifest } from "./journal-builders.ts";

const [, , dataDir = "", sessionId = ""] = process.argv;
const { port1, port2 } = new MessageChannel();
const client = new JournalClient(port1, () => 0);
JournalService.start([port2], { dataDir });
const ready = await client.ready();
writeSync(1, `${JSON.stringify(ready)}\n`);
client.onDurable(({ throughSeq }) => writeSync(1, `${throughSeq}\n`));
client.begin(manifest({ sessionId, startedAtUs: Date.now() * 1_000 }));
for (let seq = 1; client.failure === null; seq += 1) {
  const entries = [decision(seq), { ...fill(seq), index: 1 }];
  client.append(batch(seq, entries, { sessionId, isUrgent: seq % 3 === 0 }));
  await client.hasRoom(5);
}
