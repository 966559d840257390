import type { ReactNode } from "react";
import type { StreamItem } from "../../preload/bridge.ts";
import { useFeed, useScreen, useServices } from "../lib/console-context.ts";
import { formatDuration, formatLocalDateTime, formatNumber, formatUtcTime, NO_VALUE } from "../lib/format.ts";
import { applyTheme, storeTheme } from "../lib/theme.ts";
import styles from "./status-strip.module.css";
import {
  modeMeanings,
  modeWords,
  stateMeanings,
  stateTones,
  stripLimits,
  stripText,
  type Tone,
  toneOf,
} from "./status-text.ts";

type Status = StreamItem<"status">;

interface CellProps {
  readonly label?: string;
  readonly tone?: Tone;
  readonly title?: string;
  readonly testId?: string;
  readonly children: ReactNode;
}

function Cell({ label, tone, title, testId, children }: CellProps) {
  return (
    <div className={styles.cell} title={title} data-testid={testId} data-tone={tone}>
      {tone !== undefined && <span className={styles.dot} data-tone={tone} aria-hidden="true" />}
      {label !== undefined && <span className={styles.label}>{label}</span>}
      <span className={styles.value} data-number>
        {children}
      </span>
    </div>
  );
}

function TradingState({ status }: { readonly status: Status }) {
  if (status.mode === "idle") return null;
  const reasons = status.haltReasons.join(" · ");
  return (
    <div
      className={styles.state}
      data-number
      data-tone={stateTones[status.tradingState]}
      data-testid="trading-state"
      title={[stateMeanings[status.tradingState], reasons].filter((part) => part !== "").join(" ")}
    >
      <strong>{status.tradingState}</strong>
      {reasons !== "" && <span className={styles.reasons}>{reasons}</span>}
    </div>
  );
}

function Market({ status }: { readonly status: Status }) {
  if (status.market === null) return null;
  const speed = status.speed === 1 ? "" : ` · ${formatNumber(status.speed, { decimals: status.speed < 1 ? 1 : 0 })}×`;
  return (
    <div className={styles.market} title={`${status.market} · ${status.source ?? ""}${speed}`}>
      <strong>{status.market}</strong>
      <span className={styles.source}>
        {status.source}
        {speed}
      </span>
    </div>
  );
}

function BookAge({ status }: { readonly status: Status }) {
  const tone = status.isBookUsable ? toneOf(status.bookAgeMs, stripLimits.bookAgeMs) : "bad";
  const age = status.bookAgeMs === null ? stripText.noBook : formatDuration(status.bookAgeMs);
  return (
    <Cell label={stripText.book} tone={tone} testId="book-age" title="Age of the order book, in the session's time">
      {status.isBookUsable || status.bookAgeMs === null ? age : `${stripText.unusableBook} · ${age}`}
    </Cell>
  );
}

/** How the house keeps up; a replay has no house. */
function HouseReadings({ status }: { readonly status: Status }) {
  if (status.mode === "replay") return null;
  return (
    <>
      <Cell
        label={stripText.journal}
        tone={toneOf(status.journalBehindMs, stripLimits.journalBehindMs)}
        title="How far the journal on disk is behind the quoting core"
      >
        {formatDuration(status.journalBehindMs)} <span className={styles.label}>{stripText.behind}</span>
      </Cell>
      <Cell
        label={stripText.loop}
        tone={toneOf(status.loopP99Ms, stripLimits.loopP99Ms)}
        title={`Delay of the engine's event loop, 99th percentile · ${formatNumber(status.eventsPerSecond, { decimals: 0 })} events a second`}
      >
        {formatNumber(status.loopP99Ms, { decimals: 1 })} ms
      </Cell>
    </>
  );
}

function SessionReadings({ status }: { readonly status: Status }) {
  if (status.mode === "idle") return null;
  return (
    <>
      <BookAge status={status} />
      <HouseReadings status={status} />
      <Cell label={stripText.orders} title="Own orders at the venue" testId="open-orders">
        {status.openOrders}
      </Cell>
      {status.unresolvedOrders > 0 && (
        <div
          className={styles.unresolved}
          role="alert"
          title="Orders whose fate nobody knows; their size stays reserved"
        >
          {status.unresolvedOrders} {stripText.unresolved}
        </div>
      )}
      <Cell label={stripText.profile} testId="profile">
        <strong>{status.profile ?? NO_VALUE}</strong> r{status.profileRevision}
      </Cell>
    </>
  );
}

function ThemeSwitch() {
  const { screen } = useServices();
  const theme = useScreen((state) => state.theme);
  const flip = (): void => {
    const next = theme === "dark" ? "light" : "dark";
    applyTheme(next);
    storeTheme(next);
    screen.setState({ theme: next });
  };
  return (
    <button type="button" className={styles.icon} onClick={flip} aria-label={stripText.theme} title={stripText.theme}>
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="1.5" />
        <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />
      </svg>
    </button>
  );
}

function KeysButton() {
  const { screen } = useServices();
  return (
    <button
      type="button"
      className={styles.icon}
      onClick={() => screen.setState({ dialog: "keys" })}
      aria-label={stripText.keys}
      title={`${stripText.keys} (?)`}
    >
      ?
    </button>
  );
}

/** The top line: what this is, in which mode, in which state, how old, since when. */
export function StatusStrip() {
  const status = useFeed((state) => state.status);
  const hello = useScreen((state) => state.hello.value);
  const mode = status?.mode ?? "idle";
  return (
    <header className={styles.strip} data-mode={mode}>
      <div className={styles.brand}>BALLAST</div>
      <div className={styles.mode} data-mode={mode} data-testid="mode" title={modeMeanings[mode]}>
        {modeWords[mode]}
      </div>
      {status !== null && <TradingState status={status} />}
      {status !== null && <Market status={status} />}
      {status !== null && <SessionReadings status={status} />}
      <div className={styles.rest} />
      <Cell label={stripText.build} testId="build">
        {hello === null ? NO_VALUE : `${hello.appVersion}+${hello.buildHash.slice(0, 7)}`}
      </Cell>
      {status !== null && mode !== "idle" && (
        <Cell title={formatLocalDateTime(status.sessionUs)} testId="session-clock">
          {formatUtcTime(status.sessionUs, true)} <span className={styles.label}>UTC</span>
        </Cell>
      )}
      <KeysButton />
      <ThemeSwitch />
    </header>
  );
}
