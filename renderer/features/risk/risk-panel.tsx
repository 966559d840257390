import type { ReactNode } from "react";
import type { StreamItem } from "../../../preload/bridge.ts";
import { classNames } from "../../lib/class-names.ts";
import { useFeed, useScreen } from "../../lib/console-context.ts";
import { formatDuration, formatLocalDateTime, formatUtcTime } from "../../lib/format.ts";
import { Empty } from "../../ui/empty.tsx";
import { Panel } from "../../ui/panel.tsx";
import table from "../../ui/table.module.css";
import { describeDetail } from "../decisions/reason-text.ts";
import { type ControlRow, describeCloseOut, formatReading, stateOf } from "./risk-format.ts";
import { controlWords, riskText, stateTones } from "./risk-text.ts";
import styles from "./risk.module.css";

type Risk = StreamItem<"risk">;

function Row({ row, nowUs }: { readonly row: ControlRow; readonly nowUs: number }) {
  const { name, tip } = controlWords[row.control];
  const left = row.untilUs === null ? "" : ` ${formatDuration((row.untilUs - nowUs) / 1000)}`;
  const detail = row.detail === null ? "" : describeDetail(row.detail);
  return (
    <tr className={table.row} title={tip} data-testid="risk-control" data-control={row.control} data-state={row.state}>
      <td className={styles.name}>{name}</td>
      <td className={styles.state} data-tone={stateTones[row.state]}>
        <i className={styles.dot} data-tone={stateTones[row.state]} aria-hidden="true" />
        {stateOf(row)}
        {left}
      </td>
      <td className={table.number} data-number>
        {row.reading === null ? "" : formatReading(row.reading, row.unit)}
      </td>
      <td className={table.number} data-number>
        {row.bound === null ? "" : formatReading(row.bound, row.unit)}
      </td>
      <td className={classNames(table.number, styles.trips)} data-number data-any={row.trips > 0}>
        {row.trips}
      </td>
      <td className={styles.detail} title={detail}>
        {detail}
      </td>
    </tr>
  );
}

function Denials({ denials }: Pick<Risk, "denials">) {
  const words = denials.map(({ limit, count }) => `${describeDetail(limit)} ×${count}`).join(" · ");
  return (
    <div className={styles.fact} title={riskText.denialsTip} data-testid="risk-denials">
      <span className={styles.name}>{riskText.denials}</span>
      <span>{words === "" ? riskText.noDenials : words}</span>
    </div>
  );
}

function CloseOutLine({ closeOut }: Pick<Risk, "closeOut">) {
  const position = useFeed((state) => state.result?.position ?? "");
  const words = describeCloseOut(closeOut, position);
  return (
    <div className={styles.fact} data-testid="risk-close-out">
      <span className={styles.name}>{riskText.closeOut}</span>
      <span>
        {words === null ? riskText.noCloseOut : `${formatUtcTime(closeOut.beganUs)} ${words.head}, ${words.more}`}
      </span>
    </div>
  );
}

/** Where the settings in force come from, who changed them last, and what was last refused. */
function ProfileLine({ profile }: Pick<Risk, "profile">) {
  const hello = useScreen((state) => state.hello.value);
  const { name, revision, hash, changed, refused } = profile;
  const isShipped = hello?.profiles.find((one) => one.name === name)?.isShipped ?? false;
  const source = isShipped ? riskText.shipped : `${hello?.dataDir ?? ""}/profiles/${name}.env`;
  const count = changed?.settings.length ?? 0;
  return (
    <div className={styles.fact} data-testid="risk-profile">
      <span className={styles.name}>{riskText.profile}</span>
      <span>
        <b>
          {name} r{revision}
        </b>{" "}
        <span title={hash}>{hash.slice(0, 8)}</span>, <span className={styles.path}>{source}</span>
        {changed === null ? (
          `, ${riskText.unchanged}`
        ) : (
          <span title={changed.settings.join("\n")}>
            , {riskText.changed} <time title={formatLocalDateTime(changed.atUs)}>{formatUtcTime(changed.atUs)}</time>{" "}
            {riskText.by} {changed.by} from {changed.from}, {count} {count === 1 ? riskText.setting : riskText.settings}
          </span>
        )}
        {refused !== null && (
          <span className={styles.refused} title={refused.message}>
            {" "}
            {riskText.refused} {formatUtcTime(refused.atUs)} {riskText.by} {refused.by}: {refused.message}
          </span>
        )}
      </span>
    </div>
  );
}

/** Everything that may halt, slow, reduce or end quoting, with what it reads and how often it did. */
export function RiskPanel({ tabs }: { readonly tabs: ReactNode }) {
  const risk = useFeed((state) => state.risk);
  const nowUs = useFeed((state) => state.status?.sessionUs ?? 0);
  const trips = risk?.controls.reduce((sum, control) => sum + control.trips, 0) ?? 0;
  const denied = risk?.denials.reduce((sum, { count }) => sum + count, 0) ?? 0;
  const note =
    risk === null
      ? null
      : `${trips} ${trips === 1 ? riskText.tripped : riskText.trippedTotal} · ${denied} ${riskText.deniedTotal}`;
  return (
    <Panel title={riskText.title} heading={tabs} note={note} testId="risk">
      {risk === null ? (
        <Empty>{riskText.empty}</Empty>
      ) : (
        <div className={table.scroll} tabIndex={0} role="region" aria-label={riskText.title}>
          <table className={classNames(table.table, styles.controls)}>
            <thead>
              <tr>
                <th>{riskText.control}</th>
                <th>{riskText.state}</th>
                <th className={table.number}>{riskText.reading}</th>
                <th className={table.number}>{riskText.bound}</th>
                <th className={table.number} title={riskText.tripsTip}>
                  {riskText.trips}
                </th>
                <th aria-label="detail" />
              </tr>
            </thead>
            <tbody>
              {risk.controls.map((row) => (
                <Row key={row.control} row={row} nowUs={nowUs} />
              ))}
            </tbody>
          </table>
          <div className={styles.facts}>
            <Denials denials={risk.denials} />
            <CloseOutLine closeOut={risk.closeOut} />
            <ProfileLine profile={risk.profile} />
          </div>
        </div>
      )}
    </Panel>
  );
}
