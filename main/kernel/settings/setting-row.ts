import type { Cadence, Settings } from "./settings.ts";

/** The headings of the settings page and of the editor, in their order there. */
export const SETTING_GROUPS = {
  session: "Session",
  pricing: "Pricing",
  reprice: "Repricing",
  postOnly: "Post-only safety",
  inventory: "Inventory skew and bands",
  guards: "Guards",
  regime: "Volatility regime",
  trend: "Trend",
  funding: "Funding",
  limits: "Size and exposure limits",
  balance: "Balance",
  losses: "Losses and margin",
  health: "Breakers and rates",
  shutdown: "Dead-man switch and shutdown",
  records: "Fees and records",
} as const;

export type SettingGroup = keyof typeof SETTING_GROUPS;
export type MarketProfile = Settings["marketProfile"];

/**
 * When a change of a profile reaches the quoting: `live` at the next event, `restart` at the next start of a session,
 * `immutable` never within a session (a change is refused).
 */
export type TakesEffect = "live" | "restart" | "immutable";

/** One end of the range of values that are accepted at all. */
export interface Bound {
  readonly value: number;
  readonly isInclusive: boolean;
}

/** Ends of the range that needs no second thought, both inclusive. */
export interface SafeRange {
  readonly low: number;
  readonly high: number;
}

interface RowBase<V> {
  /** Name of the variable in a profile's file. */
  readonly name: `MM_${string}`;
  readonly group: SettingGroup;
  /** Unit of the value, for people; "" where there is none. */
  readonly unit: string;
  readonly defaults: { readonly [P in MarketProfile]: V };
  readonly takesEffect: TakesEffect;
  /** Which profile looks at it. */
  readonly usedBy: "both" | MarketProfile;
  readonly meaning: string;
  /** What one gives up in either direction; "" for plain facts such as a name. */
  readonly tradeOff: string;
  /** When to change it, and which way; "" for plain facts. */
  readonly tuning: string;
}

export interface NumberRow extends RowBase<number> {
  readonly kind: "decimal" | "float" | "int";
  readonly min: Bound | null;
  readonly max: Bound | null;
  readonly safe: SafeRange | null;
}

export interface BoolRow extends RowBase<boolean> {
  readonly kind: "bool";
  /** The only value that needs no second thought; null = either. */
  readonly safe: boolean | null;
}

export interface EnumRow<V extends string = string> extends RowBase<V> {
  readonly kind: "enum";
  readonly options: readonly V[];
}

export interface TextRow extends RowBase<string> {
  readonly kind: "text";
}

export interface CadenceRow extends RowBase<Cadence> {
  readonly kind: "cadence";
}

export type SettingRow = NumberRow | BoolRow | EnumRow | TextRow | CadenceRow;

type RowFor<V> = [V] extends [number]
  ? NumberRow
  : [V] extends [boolean]
    ? BoolRow
    : [V] extends [Cadence]
      ? CadenceRow
      : [V] extends [string]
        ? string extends V
          ? TextRow
          : EnumRow<V>
        : never;

/** One row for every setting, no more and no less: the compiler refuses a table that lacks one or has another. */
export type SettingRows = { readonly [K in keyof Settings]: RowFor<Settings[K]> };

interface Common<V> {
  readonly default: V;
  /** Where the crypto profile starts from another value. */
  readonly cryptoDefault?: V;
  readonly unit?: string;
  readonly usedBy?: "both" | MarketProfile;
  readonly takesEffect?: TakesEffect;
  readonly meaning: string;
  readonly tradeOff?: string;
  readonly tuning?: string;
}

interface NumberOptions extends Common<number> {
  /** Inclusive lower bound. */
  readonly from?: number;
  /** Exclusive lower bound. */
  readonly above?: number;
  /** Inclusive upper bound. */
  readonly to?: number;
  /** Exclusive upper bound. */
  readonly below?: number;
  readonly safe?: readonly [low: number, high: number];
}

function common<V>(name: `MM_${string}`, group: SettingGroup, options: Common<V>): RowBase<V> {
  return {
    name,
    group,
    unit: options.unit ?? "",
    defaults: { legacy: options.default, crypto: options.cryptoDefault ?? options.default },
    takesEffect: options.takesEffect ?? "live",
    usedBy: options.usedBy ?? "both",
    meaning: options.meaning,
    tradeOff: options.tradeOff ?? "",
    tuning: options.tuning ?? "",
  };
}

function boundOf(inclusive: number | undefined, exclusive: number | undefined): Bound | null {
  if (inclusive !== undefined) return { value: inclusive, isInclusive: true };
  return exclusive === undefined ? null : { value: exclusive, isInclusive: false };
}

/** Makers of rows of one group; a row takes effect live and is used by both profiles unless it says otherwise. */
export function rowMakers(group: SettingGroup) {
  const numeric =
    (kind: NumberRow["kind"]) =>
    (name: `MM_${string}`, options: NumberOptions): NumberRow => ({
      kind,
      ...common(name, group, options),
      min: boundOf(options.from, options.above),
      max: boundOf(options.to, options.below),
      safe: options.safe === undefined ? null : { low: options.safe[0], high: options.safe[1] },
    });
  return {
    decimal: numeric("decimal"),
    float: numeric("float"),
    int: numeric("int"),
    bool: (name: `MM_${string}`, options: Common<boolean> & { readonly safe?: boolean }): BoolRow => ({
      kind: "bool",
      ...common(name, group, options),
      safe: options.safe ?? null,
    }),
    choice: <const V extends string>(
      name: `MM_${string}`,
      choices: readonly V[],
      options: Common<NoInfer<V>>,
    ): EnumRow<V> => ({ kind: "enum", ...common(name, group, options), options: choices }),
    text: (name: `MM_${string}`, options: Common<string>): TextRow => ({
      kind: "text",
      ...common(name, group, options),
    }),
    cadence: (name: `MM_${string}`, options: Common<Cadence>): CadenceRow => ({
      kind: "cadence",
      ...common(name, group, options),
    }),
  };
}
