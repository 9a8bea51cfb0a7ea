import {
  type CostLine,
  deviceMonthCost,
  normalTraffic,
  passageCost,
  strangerTraffic,
  totalOf,
} from './passage-cost.ts';
import { type Price, prices } from './prices.ts';

/** What a door, a camera and each thing cost, as the tables of docs/aws.md: lines of Markdown. */
export function costTables(): string[] {
  const normal = passageCost(normalTraffic);
  const worst = passageCost(strangerTraffic);
  const rows = normal.map((line, index) => [
    line.what,
    amount(line.units * 1000),
    usd(line, 1000),
    usd(worst[index] ?? line, 1000),
  ]);
  const share = normal.filter(({ price }) => price === 'faceCall');
  return [
    ...table(
      ['1,000 passages', 'units', 'normal, USD', 'strangers, USD'],
      [...rows, ['**together**', '', `**${money(totalOf(normal) * 1000)}**`, `**${money(totalOf(worst) * 1000)}**`]],
    ),
    '',
    `Rekognition is ${Math.round((totalOf(share) / totalOf(normal)) * 100)} % of the normal passage.`,
    '',
    ...table(
      ['a camera, a month', 'USD'],
      [
        ...deviceMonthCost().map((line) => [line.what, usd(line, 1)]),
        ['**together**', `**${money(totalOf(deviceMonthCost()))}**`],
      ],
    ),
    '',
    ...table(['price', 'USD', 'per', 'as of', 'source'], Object.values<Price>(prices).map(priceRow)),
  ];
}

function priceRow({ usd: price, per, asOf, source, fromMemory }: Price, index: number): string[] {
  const name = Object.keys(prices)[index] ?? '';
  return [name, price.toPrecision(3), per, asOf, fromMemory ? `${source} (from memory)` : source];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

function usd(line: CostLine, times: number): string {
  return money(line.usd * times);
}

function money(value: number): string {
  return value.toFixed(value < 0.1 ? 4 : 2);
}

function amount(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 });
}
