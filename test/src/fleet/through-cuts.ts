import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SqliteTable } from '@rollcall/cloud/adapters/local/sqlite-table';
import { CaptureStore } from '@rollcall/cloud/store/capture-store';
import { OrganizationId } from '@rollcall/contract/ids';
import type { Sighting } from '@rollcall/contract/sighting';
import { enrollDemoPeople } from '../site/demo-people.ts';
import { allow } from '../site/device-certificate.ts';
import { fixedPorts } from '../site/free-ports.ts';
import { answerOf } from '../site/hand-in.ts';
import { LoneAgent } from '../site/lone-agent.ts';
import { dataFolder, type Site, startSite } from '../site/start-site.ts';
import { BrokenNetwork, failures } from './broken-network.ts';
import { type Morning, morning } from './morning.ts';
import { prepareDoor, stillCamera } from './prepared-door.ts';

export interface CutPlan {
  /** Captures that wait at a door, two to a passage. */
  readonly captures: number;
  /** Times that the network fails, in each of its ways in turn. */
  readonly cuts: number;
  /** Times that the site, and with it the broker, is killed and started again. */
  readonly siteKills: number;
  /** Times that the agent is. */
  readonly agentKills: number;
}

/** What became of a morning, read from the site's records and from the agent's log. */
export interface CutReport {
  readonly captures: number;
  readonly messages: number;
  /** Captures that are not recorded, or not under their own time. */
  readonly lost: number;
  readonly misdated: number;
  /** Captures that were finished beyond those that were sent. */
  readonly extra: number;
  readonly sightings: readonly Pick<Sighting, 'passageId' | 'at'>[];
  readonly peopled: Morning['peopled'];
  /** Times that a message was handed to the broker's connection. */
  readonly sent: number;
  readonly leftInOutbox: number;
  readonly parked: number;
  /** Connections that the agent made. */
  readonly connections: number;
  /** From the agent's first start until its outbox was empty. */
  readonly deliveredMs: number;
}

const org = OrganizationId.parse('main');
/** The morning of the test began so long ago. */
const agoMs = 20 * 3_600_000;
/** A busy machine is slow, and that is no failure; but when nothing arrives for so long, nothing will. */
const hungMs = 180_000;

/** A site, a door that has been offline for a morning, and a network between them that fails as `plan` says. All are real processes. */
export async function throughCuts(plan: CutPlan): Promise<CutReport> {
  const folder = await dataFolder();
  const [siteDir, doorDir] = [join(folder.path, 'site'), join(folder.path, 'pi-1')];
  const ports = await fixedPorts();
  let site = await startSite(siteDir, ports);
  const network = await BrokenNetwork.before(site.mqttPort);
  const run = new Run(doorDir);
  try {
    await enrollDemoPeople(site);
    await allow(site, 'pi-1', 'door-1');
    const seen = await morning(plan.captures, Date.now() - agoMs);
    await prepareDoor(doorDir, seen.messages);
    const startedAt = performance.now();
    await run.start(site, network);
    const messages = seen.messages.length;
    const troubles = spread(plan);
    for (const [index, trouble] of troubles.entries()) {
      await run.left(messages - Math.floor((messages * (index + 1)) / (troubles.length + 1)));
      if (trouble === 'site') {
        await site.kill();
        site = await startSite(siteDir, ports);
      } else if (trouble === 'agent') await run.restart();
      else await network.fail(trouble);
    }
    await run.left(0);
    const deliveredMs = performance.now() - startedAt;
    await run.agent.stop();
    const leftInOutbox = (await run.agent.outbox()).length;
    for (const { captureId } of seen.captures) await answerOf(site, captureId, { withinMs: 120_000 });
    const { body } = await site.api<{ items: Sighting[] }>('GET', '/v1/sightings?limit=100');
    await site.stop();
    return {
      captures: seen.captures.length,
      messages,
      ...(await compare(siteDir, seen)),
      sightings: body.items.map(({ passageId, at }) => ({ passageId, at })),
      peopled: seen.peopled,
      sent: run.count('sending'),
      leftInOutbox,
      parked: run.count('parked'),
      connections: run.count('connected'),
      deliveredMs,
    };
  } finally {
    await run.stop();
    await network.close();
    await site.stop();
    await folder.remove();
  }
}

/** The agent in all its lives. */
class Run {
  readonly #folder: string;
  readonly #lives: LoneAgent[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  get agent(): LoneAgent {
    const agent = this.#lives.at(-1);
    if (!agent) throw new Error('the agent was not started');
    return agent;
  }

  async start(site: Site, network: BrokenNetwork): Promise<void> {
    const options = {
      serial: 'pi-1',
      camera: stillCamera,
      mqttPort: network.port,
      logLevel: 'debug' as const,
    };
    this.#lives.push(await LoneAgent.start(site, this.#folder, options));
  }

  async restart(): Promise<void> {
    await this.agent.kill();
    this.#lives.push(LoneAgent.startAgain(this.#folder));
  }

  async stop(): Promise<void> {
    for (const life of this.#lives) await life.kill();
  }

  /** Log lines with this event, of all lives. */
  count(event: string): number {
    return this.#lives.reduce((sum, life) => sum + life.logged(event).length, 0);
  }

  /**
   * Resolves when no more messages than that are left in the outbox. What the agent logs would not do: killed between forgetting a message
   * and saying so, it never says so. @throws when it empties no further, with what the agent last wrote.
   */
  async left(most: number): Promise<void> {
    for (let [fewest, quietSince] = [Number.POSITIVE_INFINITY, performance.now()]; ; await sleep(200)) {
      const { exitCode } = this.agent.process;
      if (exitCode !== null) throw new Error(`the agent ended with ${exitCode}: ${this.agent.output.slice(-2_000)}`);
      const left = (await this.agent.outbox()).length;
      if (left <= most) return;
      if (left < fewest) [fewest, quietSince] = [left, performance.now()];
      else if (performance.now() - quietSince > hungMs) {
        throw new Error(`${left} messages are left, then silence: ${this.agent.output.slice(-3_000)}`);
      }
    }
  }
}

/** The troubles of a plan in one order: cuts, with the kills evenly among them. */
function spread({ cuts, siteKills, agentKills }: CutPlan) {
  const kinds = Array.from({ length: cuts }, (_, index) => failures[index % failures.length] ?? 'cut');
  return [
    ...kinds.map((trouble, index) => ({ at: index / cuts, trouble })),
    ...evenly(siteKills, 0.5).map((at) => ({ at, trouble: 'site' as const })),
    ...evenly(agentKills, 0.3).map((at) => ({ at, trouble: 'agent' as const })),
  ]
    .toSorted((a, b) => a.at - b.at)
    .map(({ trouble }) => trouble);
}

function evenly(count: number, offset: number): number[] {
  return Array.from({ length: count }, (_, index) => (index + offset) / count);
}

/** What is in the records of a site that has stopped. */
async function compare(dataDir: string, { captures }: Morning) {
  const table = new SqliteTable(join(dataDir, 'rollcall.sqlite'));
  try {
    const store = new CaptureStore(table);
    let [lost, misdated, recorded] = [0, 0, 0];
    const days = new Set<string>();
    for (const { captureId, takenAt } of captures) {
      const stored = await store.get(org, captureId);
      if (stored) days.add(stored.capture.receivedAt.slice(0, 10));
      if (!stored) lost++;
      else if (stored.capture.takenAt !== takenAt || !stored.capture.clockTrusted) misdated++;
    }
    for (const day of days) recorded += (await store.finishedOn(org, day, { limit: 1_000 })).items.length;
    return { lost, misdated, extra: recorded - (captures.length - lost) };
  } finally {
    await table.close();
  }
}
