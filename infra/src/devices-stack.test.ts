import { DeviceConfiguration, ProvisioningParameters } from '@rollcall/contract/provisioning';
import { describe, expect, it } from 'vitest';
import { synthesizeForTests } from './stacks-for-tests.ts';

const { deployment, of } = synthesizeForTests();
const [template] = of('AWS::IoT::ProvisioningTemplate');
const body = JSON.parse(template?.properties.TemplateBody);

describe('fleet provisioning', () => {
  it('asks the hook first, which AWS IoT may invoke for this template alone', () => {
    expect(JSON.stringify(template?.properties.PreProvisioningHook.TargetArn)).toContain('provisioninghookFunction');
    const permission = of('AWS::Lambda::Permission').find(({ id }) => id.includes('Provisioning'));
    expect(permission?.properties).toMatchObject({
      Principal: 'iot.amazonaws.com',
      SourceAccount: { Ref: 'AWS::AccountId' },
    });
    expect(JSON.stringify(permission?.properties.SourceArn)).toContain(`provisioningtemplate/${deployment.prefix}`);
  });

  it('takes the parameters that agents send, and the organization that the hook adds', () => {
    const asked = Object.keys(body.Parameters);
    expect(asked).toEqual([...Object.keys(ProvisioningParameters.shape), 'Org', 'AWS::IoT::Certificate::Id']);
    expect(Object.keys(body.DeviceConfiguration)).toEqual(Object.keys(DeviceConfiguration.shape));
    expect(body.Resources.thing.Properties.AttributePayload).toEqual({ org: { Ref: 'Org' } });
  });

  it('makes a thing of our type and group, with the policy of devices', () => {
    const { ThingTypeName, ThingGroups } = body.Resources.thing.Properties;
    expect(of('AWS::IoT::ThingType')[0]?.properties.ThingTypeName).toBe(ThingTypeName);
    expect(of('AWS::IoT::ThingGroup').map(({ properties }) => properties.ThingGroupName)).toEqual(ThingGroups);
    const names = of('AWS::IoT::Policy').map(({ properties }) => properties.PolicyName);
    expect(names).toContain(body.Resources.policy.Properties.PolicyName);
  });

  it('has a name that agents can be told', () => {
    expect(template?.properties.TemplateName).toMatch(/^[0-9A-Za-z_-]{1,36}$/);
  });
});
