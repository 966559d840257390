import type { StreamItem } from "../../../preload/bridge.ts";
import { useFeed, useScreen } from "../../lib/console-context.ts";
import { decimalsOf, formatDecimal, formatDuration, formatNumber, formatUtcTime } from "../../lib/format.ts";
import { selectPriceDecimals } from "../../lib/precision.ts";
import { shownSlot } from "../../lib/screen-store.ts";
import { Empty } from "../../ui/empty.tsx";
import { Panel } from "../../ui/panel.tsx";
import { SideMark } from "../../ui/side-mark.tsx";
import { describeDecision, describeReading, reasonOf } from "../decisions/reason-text.ts";
import { signalBar } from "../toxicity/signal-bar.ts";
import { partWords, whyText } from "./slots-text.ts";
import { type BuildUp, type WaterfallStep, waterfallSteps } from "./waterfall.ts";
import styles from "./why.module.css";

type SlotView = StreamItem<"slots">["slots"][number];

function Step({ step, scale, decimals }: { step: WaterfallStep; scale: number; decimals: number }) {
  const word =
    step.name === "regime" && scale !== 1 ? `${partWords.regime} ×${scale.toFixed(2)}` : partWords[step.name];
  return (
    <tr className={styles.step} data-zero={step.bps === 0}>
      <th scope="row">{word}</th>
      <td data-number>{formatNumber(step.bps, { decimals: 2, isSigned: true })}</td>
      <td data-number>{formatNumber(step.price, { decimals, isSigned: true })}</td>
      <td className={styles.track}>
        <i
          className={styles.bar}
          data-direction={step.bps < 0 ? "down" : "up"}
          style={{ left: `${step.left * 100}%`, width: `${(step.right - step.left) * 100}%` }}
        />
      </td>
    </tr>
  );
}

function BuildUpTable({ buildUp, priceDecimals }: { readonly buildUp: BuildUp; readonly priceDecimals: number }) {
  const decimals = Math.min(8, priceDecimals + 1);
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th />
          <th>bps</th>
          <th>price</th>
          <th />
        </tr>
      </thead>
      <tbody>
        <tr className={styles.total}>
          <th scope="row">{whyText.anchor}</th>
          <td colSpan={2} data-number>
            {formatDecimal(buildUp.anchor, {
              decimals: Math.max(priceDecimals, Math.min(decimals, decimalsOf(buildUp.anchor))),
            })}
          </td>
          <td />
        </tr>
        {waterfallSteps(buildUp).map((step) => (
          <Step key={step.name} step={step} scale={buildUp.regimeScale} decimals={decimals} />
        ))}
        <tr className={styles.total}>
          <th scope="row">{whyText.target}</th>
          <td colSpan={2} data-number>
            {formatDecimal(buildUp.target, {
              decimals: Math.max(priceDecimals, Math.min(decimals, decimalsOf(buildUp.target))),
            })}
          </td>
          <td />
        </tr>
        <tr className={styles.total} data-final="true">
          <th scope="row">{whyText.final}</th>
          <td colSpan={2} data-number>
            {buildUp.final === null ? whyText.noFinal : formatDecimal(buildUp.final, { decimals: priceDecimals })}
          </td>
          <td />
        </tr>
      </tbody>
    </table>
  );
}

function Answer({ slot }: { readonly slot: SlotView }) {
  if (slot.code === null) return null;
  const { code, detail, reading, bound } = slot;
  return (
    <div className={styles.answer} data-kind={reasonOf(code).kind} data-testid="why-answer">
      <p>{describeDecision({ code, detail, reading, bound })}</p>
      <p className={styles.when}>
        {formatUtcTime(slot.decidedAtUs, true)}
        {slot.dueInMs !== null && ` · ${whyText.due} ${formatDuration(slot.dueInMs)}`}
      </p>
    </div>
  );
}

/** Where no price was made there is still the reading that forbade it. */
function Unpriced({ slot }: { readonly slot: SlotView }) {
  const { code, detail, reading, bound } = slot;
  const bar = signalBar(reading, bound, 1);
  return (
    <>
      {code !== null && reading !== null && (
        <div className={styles.reading} data-tone={bar.tone}>
          <span data-number>{describeReading({ code, detail, reading, bound })}</span>
          {bound !== null && (
            <span className={styles.readingTrack} aria-hidden="true">
              <i className={styles.readingBar} style={{ width: `${bar.share * 100}%` }} />
              <i className={styles.readingLimit} style={{ left: `${(bar.limitShare ?? 1) * 100}%` }} />
            </span>
          )}
        </div>
      )}
      <Empty>{whyText.unpriced}</Empty>
    </>
  );
}

/** The chosen slot's price taken apart, and the decision in plain words. */
export function WhyPanel() {
  const slots = useFeed((state) => state.slots?.slots);
  const selected = useScreen((state) => state.selectedSlot);
  const priceDecimals = useFeed(selectPriceDecimals);
  const slot = shownSlot(slots ?? [], selected);
  if (slot === null) {
    return (
      <Panel title={whyText.title} testId="why">
        <Empty>{whyText.empty}</Empty>
      </Panel>
    );
  }
  const note = (
    <>
      <SideMark side={slot.side} level={slot.level} />{" "}
      {slot.price !== null && <span data-number>{formatDecimal(slot.price, { decimals: priceDecimals })}</span>}
    </>
  );
  return (
    <Panel title={whyText.title} note={note} testId="why">
      <div className={styles.body}>
        <Answer slot={slot} />
        {slot.buildUp === null ? (
          <Unpriced slot={slot} />
        ) : (
          <BuildUpTable buildUp={slot.buildUp} priceDecimals={priceDecimals} />
        )}
      </div>
    </Panel>
  );
}
