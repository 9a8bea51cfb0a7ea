import { startEmulator } from '../rekognition/start-emulator.ts';
import { faceEngineContract } from './face-engine.contract.ts';

faceEngineContract({
  name: 'Rekognition, emulated',
  comparesStrangers: {
    because:
      'Rekognition gives no vector of a face that is searched, and to compare two pictures costs as much as a search',
  },
  open: async () => {
    const { newEngine, table, stop } = await startEmulator();
    return { engine: newEngine(), table, close: stop };
  },
});
