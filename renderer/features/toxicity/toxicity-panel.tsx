import type { StreamItem } from "../../../preload/bridge.ts";
import { useFeed } from "../../lib/console-context.ts";
import { formatDuration, formatNumber } from "../../lib/format.ts";
import { Empty } from "../../ui/empty.tsx";
import { Panel } from "../../ui/panel.tsx";
import { signalBar } from "./signal-bar.ts";
import styles from "./toxicity.module.css";
import { toxicityText } from "./toxicity-text.ts";

type Signals = StreamItem<"signals">;

interface SignalProps {
  readonly name: string;
  readonly reading: number | null;
  readonly limit?: number | null;
  readonly fullScale: number;
  readonly decimals: number;
  readonly unit?: string;
  readonly isSigned?: boolean;
}

function Signal({ name, reading, limit = null, fullScale, decimals, unit = "", isSigned = false }: SignalProps) {
  const bar = signalBar(reading, limit, fullScale);
  const limitText = limit === null ? "" : `${toxicityText.limit} ${formatNumber(limit, { decimals })}${unit}`;
  return (
    <div
      className={styles.signal}
      title={`${name} ${formatNumber(reading, { decimals, isSigned })}${unit} ${limitText}`}
    >
      <dt>{name}</dt>
      <dd className={styles.value} data-tone={bar.tone} data-number>
        {reading === null ? toxicityText.measuring : `${formatNumber(reading, { decimals, isSigned })}${unit}`}
      </dd>
      <dd className={styles.track} aria-hidden="true">
        <i className={styles.bar} data-tone={bar.tone} data-number style={{ width: `${bar.share * 100}%` }} />
        {bar.limitShare !== null && <i className={styles.limit} style={{ left: `${bar.limitShare * 100}%` }} />}
      </dd>
    </div>
  );
}

function RegimeBadge({ signals }: { readonly signals: Signals }) {
  const sinceUs = useFeed((state) => (state.status === null ? 0 : state.status.sessionUs - signals.regimeSinceUs));
  const isKnownLength = signals.regimeSinceUs > 0 && sinceUs >= 0;
  return (
    <span className={styles.regime} data-regime={signals.regime} data-testid="regime" data-number>
      <b>{signals.regime}</b>
      {signals.isRegimeMeasured
        ? isKnownLength && ` ${formatDuration(Math.floor(sinceUs / 1_000_000) * 1000)}`
        : ` · ${toxicityText.measuring}`}
    </span>
  );
}

function SignalList({ signals }: { readonly signals: Signals }) {
  return (
    <dl className={styles.signals}>
      <Signal name={toxicityText.volShort} reading={signals.volShortBps} fullScale={40} decimals={1} unit=" bps" />
      <Signal name={toxicityText.volMedium} reading={signals.volMediumBps} fullScale={60} decimals={1} unit=" bps" />
      <Signal
        name={toxicityText.microVol}
        reading={signals.microVolBps}
        limit={signals.microVolLimitBps}
        fullScale={20}
        decimals={1}
        unit=" bps"
      />
      <Signal
        name={toxicityText.drift}
        reading={signals.driftBps}
        limit={signals.driftLimitBps}
        fullScale={20}
        decimals={1}
        unit=" bps"
        isSigned
      />
      <Signal
        name={toxicityText.imbalance}
        reading={signals.imbalance}
        limit={signals.imbalanceLimit}
        fullScale={1}
        decimals={2}
        isSigned
      />
      <Signal name={toxicityText.flow} reading={signals.tradeFlow} fullScale={1} decimals={2} isSigned />
      <Signal name={toxicityText.spread} reading={signals.spreadBps} fullScale={10} decimals={2} unit=" bps" />
    </dl>
  );
}

/** What the position earns or costs by funding; nothing while it does neither. */
function carryText(perHour: number | null): string {
  if (perHour === null || perHour === 0) return "";
  return ` · ${toxicityText.carry} ${formatNumber(perHour, { decimals: 4, isSigned: true })} ${toxicityText.perHour}`;
}

/** How dangerous it is to quote now: each signal with the limit at which a guard acts. */
export function ToxicityPanel() {
  const signals = useFeed((state) => state.signals);
  if (signals === null) {
    return (
      <Panel title={toxicityText.title} testId="toxicity">
        <Empty>{toxicityText.empty}</Empty>
      </Panel>
    );
  }
  const ema = `${toxicityText.spreadEma} ${toxicityText.spread} ${formatNumber(signals.spreadEmaBps, { decimals: 2 })} bps`;
  const funding =
    signals.fundingRate === null
      ? ""
      : ` · ${toxicityText.funding} ${formatNumber(signals.fundingRate * 10_000, { decimals: 2, isSigned: true })} bps${carryText(signals.fundingCarryPerHour)}`;
  return (
    <Panel title={toxicityText.title} note={<RegimeBadge signals={signals} />} testId="toxicity">
      <SignalList signals={signals} />
      <p className={styles.foot}>
        {ema}
        {funding}
      </p>
    </Panel>
  );
}
