import { DescribeEndpointCommand, IoTClient } from '@aws-sdk/client-iot';
import { Unavailable } from '@rollcall/kit/app-error';

/** The account's own data endpoint of AWS IoT, a host name, which is made when it is first asked for. */
export async function iotEndpoint(region: string): Promise<string> {
  const { endpointAddress } = await new IoTClient({ region }).send(
    new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' }),
  );
  if (endpointAddress === undefined) throw new Unavailable(`AWS IoT names no data endpoint in ${region}`);
  return endpointAddress;
}
