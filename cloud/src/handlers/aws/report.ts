import { acceptReport } from '../../domain/accept-report.ts';
import { CloudConfig, fromEnvironment } from './config.ts';
import { functionBasis } from './invocation.ts';
import { openAcks, openIotData, openLiveFeed } from './open-messages.ts';
import { openPictures } from './open-pictures.ts';
import { openRecords } from './open-records.ts';
import { ruleHandler } from './rule-event.ts';

const config = fromEnvironment(CloudConfig);
const basis = functionBasis('report', config);
const { stores } = openRecords(config);
const iot = openIotData(config);
const ports = {
  jobs: stores.jobs,
  images: openPictures(config),
  acks: openAcks(config, iot),
  liveFeed: openLiveFeed(config, iot, basis),
  log: basis.log,
};

/** The rule `report`: keeps what a job of a device brought, and acks it. */
export const handler = ruleHandler(basis, stores.devices, ({ message }) => acceptReport(ports, message));
