import { changeSetCases } from "./change-sets.ts";
import { moreDangers } from "./more-dangers.ts";
import { moreRoutine } from "./more-routine.ts";
import { templateCases } from "./templates.ts";
import { terraformDangers } from "./terraform-dangers.ts";
import { terraformRoutine } from "./terraform-routine.ts";

/** A labelled change: a dangerous one has to be stopped, a routine one has to pass. */
export interface Case {
  readonly name: string;
  readonly label: "dangerous" | "routine";
  readonly format: "terraform plan" | "two templates" | "template" | "change set";
  readonly text: string;
  readonly base?: string;
}

export const CORPUS: readonly Case[] = [
  ...terraformDangers,
  ...terraformRoutine,
  ...moreDangers,
  ...moreRoutine,
  ...templateCases,
  ...changeSetCases,
];
