import { type PriceName, prices } from './prices.ts';

/** What goes through a door. */
export interface Traffic {
  /** Pictures published for a passage. */
  readonly capturesPerPassage: number;
  /** Calls of Rekognition for a capture: one for its largest face, more for each other face in it. */
  readonly faceCallsPerCapture: number;
  readonly captureKb: number;
  /** Days for which a capture's picture is kept. */
  readonly retentionDays: number;
}

/** One good picture of one person, now and then a second face: what the agent's choice of shots is for. */
export const normalTraffic: Traffic = {
  capturesPerPassage: 1,
  faceCallsPerCapture: 1.05,
  captureKb: 60,
  retentionDays: 30,
};

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
  const { capturesPerPassage: captures, faceCallsPerCapture, captureKb, retentionDays } = traffic;
  // The picture is base64 in its message; metering is by 5 KB.
  const captureSteps = Math.ceil((captureKb * 4) / 3 / 5);
  const steps = captures * captureSteps + 1;
  const invocations = captures + 1;
  const months = retentionDays / 30;
  return [
    line('faces', 'faceCall', captures * faceCallsPerCapture),
    line('rules: captures and the end of the passage', 'iotRule', steps),
    line('actions of the rules', 'iotAction', steps),
    line('acks to the device', 'iotMessage', invocations),
    // An accepted sighting, its attendance, the end.
    line('live feed', 'iotMessage', 2),
    line('functions, requests', 'lambdaRequest', invocations),
    // 1 GB for about 1.2 s, most of it waiting for Rekognition; 0.5 GB for 0.2 s at the end.
    line('functions, time', 'lambdaGbSecond', captures * 1.2 + 0.1),
    // Capture, evidence, passage, sighting and attendance, each with what its indexes copy.
    line('records written', 'dynamoWrite', captures * 14 + 16),
    line('records read', 'dynamoRead', captures * 12 + 12),
    line('pictures put', 's3Put', captures),
    line('pictures read', 's3Get', captures),
    line('pictures kept', 's3GbMonth', (captures * captureKb * months) / 1e6),
    line('key', 'kmsRequest', captures * 0.05),
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
