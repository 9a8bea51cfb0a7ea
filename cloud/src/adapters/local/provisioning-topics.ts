/** Request topics of Fleet Provisioning; answers come on `{topic}/accepted` and `{topic}/rejected`. */
export interface ProvisioningTopics {
  readonly createFromCsr: string;
  readonly registerThing: string;
}

/** Source: "Device provisioning MQTT API", AWS IoT developer guide; the JSON variants, as the Device SDK speaks them. */
export function provisioningTopics(template: string): ProvisioningTopics {
  return {
    createFromCsr: '$aws/certificates/create-from-csr/json',
    registerThing: `$aws/provisioning-templates/${template}/provision/json`,
  };
}
