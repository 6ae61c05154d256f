import { Validations } from "aws-cdk-lib";
import { App } from "aws-cdk-lib/core";
import { AwsSolutionsChecks } from "cdk-nag";
import { ENVIRONMENTS, environmentNamed } from "../config/environments/index.ts";
import { addEnvironment } from "../lib/stacks/environment.ts";

const app = new App();
const chosen: unknown = app.node.tryGetContext("env");
const environments = chosen === undefined ? Object.values(ENVIRONMENTS) : [environmentNamed(String(chosen))];
for (const config of environments) addEnvironment(app, config);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
