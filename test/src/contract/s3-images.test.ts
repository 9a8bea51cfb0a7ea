import { S3Images } from '@rollcall/cloud/adapters/aws/s3-images';
import { InvalidInput } from '@rollcall/kit/app-error';
import { startS3 } from '../aws/start-s3.ts';
import { imageStoreContract } from './image-store.contract.ts';

imageStoreContract({
  name: 'S3',
  open: async (clock) => {
    const { client, bucket, close } = await startS3(() => clock.now());
    const images = new S3Images({ client, bucket, clock });
    return {
      images,
      upload: async (url, init) => {
        const { status } = await fetch(url, init);
        return status === 200 ? afterUpload(images, new URL(url).pathname.replace(`/${bucket}/`, '')) : status;
      },
      close,
    };
  },
});

/** What is told of an upload, once S3 has it, asks whether it may stay. */
async function afterUpload(images: S3Images, key: string): Promise<number> {
  try {
    await images.checkUpload(key);
    return 200;
  } catch (error) {
    if (error instanceof InvalidInput) return 413;
    throw error;
  }
}
