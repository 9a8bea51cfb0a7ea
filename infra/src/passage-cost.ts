import { type PriceName, prices } from './prices.ts';

/** What goes through a door. */
export interface Traffic {
  /** Pictures published for a passage. */
  readonly capturesPerPassage: number;
  /** Calls of Rekognition: one for a picture that is searched, more for each other face in it. */
  readonly faceCallsPerPassage: number;
  readonly captureKb: number;
  /** Days for which a capture's picture is kept. */
  readonly retentionDays: number;
}

/**
 * Somebody who is enrolled comes in alone and is seen. Captures are those of the demo's clip with a face gate, where calls were 1.00
 * (`pnpm bench calls`); 1.05 is what `test/src/rekognition/calls-per-passage.test.ts` allows.
 */
export const normalTraffic: Traffic = {
  capturesPerPassage: 1.6,
  faceCallsPerPassage: 1.05,
  captureKb: 60,
  retentionDays: 30,
};

/** A stranger: every picture that may be searched is. */
export const strangerTraffic: Traffic = { ...normalTraffic, capturesPerPassage: 3, faceCallsPerPassage: 3 };

/** One line of a bill. */
export interface CostLine {
  readonly what: string;
  readonly price: PriceName;
  /** How much of it for one passage. */
  readonly units: number;
  readonly usd: number;
}

/**
 * What one passage costs, line by line. Calls of Rekognition and sizes follow from the traffic. Seconds, reads and writes are
 * estimates from reading the code, since nothing was ever deployed: take them for the order of magnitude.
 */
export function passageCost(traffic: Traffic): CostLine[] {
  const { capturesPerPassage: captures, faceCallsPerPassage: calls, captureKb, retentionDays } = traffic;
  // The picture is base64 in its message; metering is by 5 KB.
  const captureSteps = Math.ceil((captureKb * 4) / 3 / 5);
  const steps = captures * captureSteps + 1;
  const messages = captures + 1;
  // Each message has one, and so has recognition, which searches all that a passage has due.
  const invocations = messages + 1;
  const months = retentionDays / 30;
  return [
    line('faces', 'faceCall', calls),
    line('rules: captures and the end of the passage', 'iotRule', steps),
    line('actions of the rules', 'iotAction', steps),
    line('acks to the device', 'iotMessage', messages),
    // An accepted sighting, its attendance, the end.
    line('live feed', 'iotMessage', 2),
    line('functions, requests', 'lambdaRequest', invocations),
    // 0.5 GB for 0.2 s to keep a capture and at the end; 1 GB for about 1.2 s a call, most of it waiting for Rekognition.
    line('functions, time', 'lambdaGbSecond', messages * 0.1 + calls * 1.2),
    // A capture and that it waits; then passage, its lease, sighting and attendance: each with what its indexes copy.
    line('records written', 'dynamoWrite', captures * 13 + calls * 8 + 16),
    line('records read', 'dynamoRead', captures * 12 + calls * 12 + 12),
    line('pictures put', 's3Put', captures),
    line('pictures read', 's3Get', calls),
    line('pictures kept', 's3GbMonth', (captures * captureKb * months) / 1e6),
    line('key', 'kmsRequest', messages * 0.05),
    line('logs', 'logsGb', (invocations * 2) / 1e6),
    line('traces', 'trace', invocations * 0.05),
  ];
}

/** A camera's month, whether anybody passes or not: connected, with a heartbeat a minute that has a small picture. */
export function deviceMonthCost(): CostLine[] {
  const minutes = 30 * 24 * 60;
  const steps = 7;
  return [
    line('connection', 'iotConnectedMinute', minutes),
    line('heartbeats: rule', 'iotRule', minutes * steps),
    line('heartbeats: action', 'iotAction', minutes * steps),
    line('heartbeats: functions, requests', 'lambdaRequest', minutes),
    line('heartbeats: functions, time', 'lambdaGbSecond', minutes * 0.04),
    line('heartbeats: records written', 'dynamoWrite', minutes * 4),
    line('heartbeats: records read', 'dynamoRead', minutes * 2),
    line('heartbeats: last picture', 's3Put', minutes),
  ];
}

export function totalOf(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { usd }) => sum + usd, 0);
}

function line(what: string, price: PriceName, units: number): CostLine {
  return { what, price, units, usd: units * prices[price].usd };
}
