import type { JsonObject } from "../../template/template.ts";
import { pascalProperties, type Shape } from "./shape.ts";
import { computeShapes } from "./shapes-compute.ts";
import { dataShapes } from "./shapes-data.ts";
import { networkShapes } from "./shapes-network.ts";

const GENERAL: Shape = {};

const SHAPES: ReadonlyMap<string, Shape> = new Map([
  ...Object.entries(computeShapes),
  ...Object.entries(dataShapes),
  ...Object.entries(networkShapes),
]);

/** A Terraform resource's attributes as CloudFormation's properties. */
export function propertiesOf(type: string, attributes: JsonObject): JsonObject {
  const shape = SHAPES.get(type) ?? GENERAL;
  const properties = pascalProperties(attributes, shape);
  return shape.finish ? shape.finish(properties, attributes) : properties;
}
