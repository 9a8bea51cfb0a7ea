import { Misconfigured } from '@rollcall/kit/app-error';
import { describe, expect, it } from 'vitest';
import { siteHelp, siteOptions } from './site-options.ts';

const twoThatDoNotFit = () => siteOptions(['--port', 'eighty', '--workers', '0'], {}, '/');

describe('site options', () => {
  it('are the documented defaults when nothing is given', () => {
    expect(siteOptions([], {}, '/srv/rollcall')).toMatchObject({
      data: '/srv/rollcall/data',
      port: 8080,
      mqttPort: 8883,
      host: '127.0.0.1',
      camera: [],
      demo: false,
    });
  });

  it('prefer what is typed over the environment, and treat an empty variable as unset', () => {
    const environment = { ROLLCALL_PORT: '9000', ROLLCALL_MQTT_PORT: '9001', ROLLCALL_HOST: '' };
    expect(siteOptions(['--port', '9100'], environment, '/')).toMatchObject({
      port: 9100,
      mqttPort: 9001,
      host: '127.0.0.1',
    });
  });

  it('take cameras more than once, with files relative to where the command was typed', () => {
    const argv = ['--camera', 'video:door.mp4?loop=1', '--camera', 'rtsp://door/1', '--camera', 'folder:/frames?fps=5'];
    expect(siteOptions(argv, {}, '/home/ada')).toMatchObject({
      camera: ['video:/home/ada/door.mp4?loop=1', 'rtsp://door/1', 'folder:/frames?fps=5'],
    });
  });

  it('take cameras from the environment, separated by a semicolon', () => {
    const options = siteOptions([], { ROLLCALL_CAMERA: 'video:/a.mp4;video:/b c.mp4' }, '/');
    expect(options).toMatchObject({ camera: ['video:/a.mp4', 'video:/b c.mp4'] });
  });

  it('name every option that does not fit in one message', () => {
    expect(twoThatDoNotFit).toThrow(Misconfigured);
    expect(twoThatDoNotFit).toThrow(/port.*\n.*workers/s);
  });

  it('refuse an option that they do not know', () => {
    expect(() => siteOptions(['--colour'], {}, '/')).toThrow(/--colour.*--help/s);
  });

  it('say what they are when asked for help', () => {
    expect(siteOptions(['--help'], {}, '/')).toBe('help');
    expect(siteHelp()).toMatch(/--mqtt-port .*8883/);
  });
});
