import type { DeviceAction } from '../pages/doors/device-action.ts';

interface ActionWords {
  readonly title: (name: string) => string;
  /** What will happen, in the order in which it does. */
  readonly happens: (online: boolean) => readonly string[];
  readonly confirm: string;
  readonly done: (name: string) => string;
  readonly doneText?: (online: boolean) => string;
}

/** English texts of what ends or renews a camera, which load when somebody asks for it. */
export const deviceText: Readonly<Record<DeviceAction, ActionWords>> = {
  assign: {
    title: (name) => `Assign ${name} to a door`,
    happens: () => [
      'What arrives from it from now on is recorded at this door.',
      'What has arrived before stays where it was recorded.',
    ],
    confirm: 'Assign',
    done: (name) => `${name} was assigned`,
  },
  allow: {
    title: (name) => `Allow ${name} again`,
    happens: () => [
      'It may register once more, with a new key. The certificates that it had stay worthless.',
      'It needs a claim for that: write its card with “rollcall device prepare”.',
    ],
    confirm: 'Allow again',
    done: (name) => `${name} may register`,
  },
  rotate: {
    title: (name) => `New certificate for ${name}`,
    happens: (online) => [
      online ? 'The camera makes a new key and gets a certificate for it.' : 'Nothing, until the camera is back.',
      'It is offline for some seconds; what it sees meanwhile is sent afterwards.',
      'The old certificate ends once the camera has come with the new one. If it fails, it goes on with the old one.',
    ],
    confirm: 'Get a new certificate',
    done: (name) => `${name} was asked`,
    doneText: (online) => (online ? 'It takes some seconds.' : 'It does it when it is back.'),
  },
  update: {
    title: (name) => `Update ${name}`,
    happens: () => [
      'The camera fetches the release while it goes on watching, and checks its signature.',
      'It starts it when nobody is at the door, and goes back to what ran before if that does not work there.',
    ],
    confirm: 'Update',
    done: (name) => `${name} was asked`,
    doneText: (online) => (online ? 'Its version changes here when it runs.' : 'It does it when it is back.'),
  },
  replace: {
    title: (name) => `Replace ${name}`,
    happens: () => [
      'The new camera takes over the door and the settings. If it is not known yet, it may register once.',
      'The access of this one ends now. What it has not sent stays on it and does not arrive.',
    ],
    confirm: 'Replace',
    done: (name) => `${name} was replaced`,
    doneText: () => 'Write the card of the new one with “rollcall device prepare”, if it has none.',
  },
  revoke: {
    title: (name) => `Revoke ${name}`,
    happens: () => [
      'Its access ends now: nothing more of it arrives, not even what it has not sent yet.',
      'Its key and pictures stay on it. To have it wiped, take it out of service instead.',
      'It can be allowed again, and then registers anew.',
    ],
    confirm: 'Revoke',
    done: (name) => `${name} was revoked`,
  },
  decommission: {
    title: (name) => `Take ${name} out of service`,
    happens: (online) => [
      `${online ? 'The camera' : 'When it is back, the camera'} stops watching and sends what waits.`,
      'It wipes its pictures, settings and key, and ends for good. Then its access ends.',
      'If it does not come in time, its access ends without that, and it is listed as not wiped.',
    ],
    confirm: 'Wipe and take out of service',
    done: (name) => `${name} is being wiped`,
  },
  remove: {
    title: (name) => `Remove ${name}`,
    happens: () => [
      'Its access ends, if it still has any, and it leaves this list with its settings and last picture.',
      'What it has sent stays.',
    ],
    confirm: 'Remove',
    done: (name) => `${name} was removed`,
  },
};

/** Words of the fields in which something is asked for. */
export const deviceFields = {
  door: 'Door',
  by: 'Serial number of the new camera',
  deadlineDays: 'Days that it may take to come',
  version: 'Version',
  versionPlaceholder: '1.2.3',
  url: 'Address of the release',
  urlHint: 'The folder with its three files on a web server.',
};
