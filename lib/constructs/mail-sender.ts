import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  Identity,
  SuppressionReasons,
} from "aws-cdk-lib/aws-ses";
import { CfnOutput, Stack } from "aws-cdk-lib/core";
import { Construct } from "constructs";

export interface MailSenderProps {
  readonly domain: string;
  readonly configurationSetName: string;
}

/** A domain that mails are sent from, signed (DKIM), over TLS only, and not again to addresses that refused them. */
export class MailSender extends Construct {
  constructor(scope: Construct, id: string, { domain, configurationSetName }: MailSenderProps) {
    super(scope, id);
    const configurationSet = new ConfigurationSet(this, "Set", {
      configurationSetName,
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
    });
    const identity = new EmailIdentity(this, "Domain", {
      identity: Identity.domain(domain),
      configurationSet,
    });
    // Whoever keeps the domain's zone enters them; until then SES sends nothing.
    identity.dkimRecords.forEach(({ name, value }, at) => {
      new CfnOutput(Stack.of(this), `MailRecord${at + 1}`, {
        description: "A CNAME record that the mail domain needs",
        value: `${name} CNAME ${value}`,
      });
    });
  }
}
