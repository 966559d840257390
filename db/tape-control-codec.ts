import type { ControlEvent, EventStamp, FaultKind, LatchKind, OperatorCommand } from "../main/kernel/events.ts";
import type { ProfileSnapshot } from "../main/kernel/settings/profile.ts";
import type { ByteReader, ByteWriter } from "./tape-bytes.ts";
import { wordCode, type BlockState } from "./tape-event-tags.ts";
import { readWord } from "./tape-order-codec.ts";

const COMMANDS = wordCode<OperatorCommand>({
  pause: 0,
  resume: 1,
  "cancel-all": 2,
  "reduce-only": 3,
  kill: 4,
  stop: 5,
  flatten: 6,
});
const FAULTS = wordCode<FaultKind>({ "journal-behind": 0, "journal-failed": 1, "event-loop-delayed": 2 });

const LATCHES = wordCode<LatchKind>({
  "repeated-execution": 0,
  drawdown: 1,
  "session-loss": 2,
  "day-loss": 3,
});

export function writeControlEvent(writer: ByteWriter, state: BlockState, event: ControlEvent): void {
  switch (event.type) {
    case "operator-commanded":
      writer.text(event.commandId);
      writer.byte(COMMANDS.codes[event.command]);
      writer.text(event.by);
      return;
    case "profile-changed":
      writer.text(event.commandId);
      writer.text(event.by);
      writer.text(JSON.stringify(event.profile));
      return;
    case "profile-refused":
      writer.text(event.by);
      writer.text(event.message);
      return;
    case "latch-cleared":
      writer.text(event.commandId);
      writer.byte(LATCHES.codes[event.latch]);
      writer.text(event.by);
      writer.text(event.reason);
      return;
    case "operator-seen":
      writer.text(event.by);
      return;
    case "session-ending":
      return;
    case "timer-fired":
      writer.delta(state.timerId, event.timerId);
      state.timerId = event.timerId;
      return;
    case "fault-raised":
    case "fault-cleared":
      writer.byte(FAULTS.codes[event.fault]);
      return;
    default:
      event satisfies never;
  }
}

export function readControlEvent(
  reader: ByteReader,
  state: BlockState,
  type: ControlEvent["type"],
  stamp: EventStamp,
): ControlEvent {
  switch (type) {
    case "operator-commanded": {
      const commandId = reader.text();
      const command = readWord(reader, COMMANDS, "command");
      return { ...stamp, type, commandId, command, by: reader.text() };
    }
    case "profile-changed": {
      const commandId = reader.text();
      const by = reader.text();
      return { ...stamp, type, commandId, by, profile: readProfile(reader) };
    }
    case "profile-refused": {
      const by = reader.text();
      return { ...stamp, type, by, message: reader.text() };
    }
    case "latch-cleared": {
      const commandId = reader.text();
      const latch = readWord(reader, LATCHES, "latch");
      const by = reader.text();
      return { ...stamp, type, commandId, latch, by, reason: reader.text() };
    }
    case "operator-seen":
      return { ...stamp, type, by: reader.text() };
    case "session-ending":
      return { ...stamp, type };
    case "timer-fired": {
      const timerId = reader.delta(state.timerId);
      state.timerId = timerId;
      return { ...stamp, type, timerId };
    }
    case "fault-raised":
      return { ...stamp, type, fault: readWord(reader, FAULTS, "fault") };
    case "fault-cleared":
      return { ...stamp, type, fault: readWord(reader, FAULTS, "fault") };
    default:
      return type satisfies never;
  }
}

function readProfile(reader: ByteReader): ProfileSnapshot {
  const text = reader.text();
  const profile = parsedOrNull(text);
  return isProfileSnapshot(profile)
    ? profile
    : reader.fail("a profile must be JSON with name, revision, hash, settings");
}

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Its settings were checked when the profile was loaded; here only the shape that every writer gives. */
function isProfileSnapshot(value: unknown): value is ProfileSnapshot {
  if (typeof value !== "object" || value === null) return false;
  const { name, revision, hash, settings } = value as Partial<Record<keyof ProfileSnapshot, unknown>>;
  return (
    typeof name === "string" &&
    Number.isSafeInteger(revision) &&
    typeof hash === "string" &&
    typeof settings === "object" &&
    settings !== null
  );
}
