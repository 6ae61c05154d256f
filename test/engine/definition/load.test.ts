import { describe, expect, it } from "vitest";
import { loadDefinition } from "../../../engine/definition/load.ts";
import { DefinitionRefused, describeProblem } from "../../../engine/definition/problems.ts";
import { invoke } from "../harness.ts";

const FUNCTION = "arn:aws:lambda:us-east-1:111111111111:function:f";

function machine(states: object, rest: object = {}): string {
  return JSON.stringify({
    QueryLanguage: "JSONata",
    StartAt: Object.keys(states)[0],
    States: states,
    ...rest,
  });
}

/** Why a definition is refused, one sentence for each reason. */
function refusal(definition: string): string[] {
  try {
    loadDefinition(definition);
    return [];
  } catch (error) {
    if (!(error instanceof DefinitionRefused)) throw error;
    return error.problems.map(describeProblem);
  }
}

describe("a definition that can be run", () => {
  it("is loaded with its scopes, by their paths", () => {
    const inner = (name: string) => ({ StartAt: name, States: { [name]: { Type: "Pass", End: true } } });
    const { machine: loaded } = loadDefinition(
      machine({
        Fan: { Type: "Parallel", Branches: [inner("A"), inner("B")], Next: "Each" },
        Each: { Type: "Map", ItemProcessor: inner("C"), End: true },
      }),
    );
    expect([...loaded.scopes.keys()].sort()).toEqual(["", "/Each", "/Fan#0", "/Fan#1"]);
  });

  it("keeps scopes apart whatever the states around them are called", () => {
    const inner = (name: string) => ({ StartAt: name, States: { [name]: { Type: "Pass", End: true } } });
    const { machine: loaded } = loadDefinition(
      machine({
        A: { Type: "Parallel", Branches: [inner("1")], Next: "A#0" },
        "A#0": { Type: "Map", ItemProcessor: inner("2"), Next: "A%230" },
        "A%230": { Type: "Map", ItemProcessor: inner("3"), End: true },
      }),
    );
    expect(loaded.scopes.size).toBe(4);
  });

  it("warns of a Task that could wait for a year", () => {
    const { warnings } = loadDefinition(machine({ T: { Type: "Task", Resource: FUNCTION, End: true } }));
    expect(warnings.map(describeProblem)).toEqual([
      "state 'T', TimeoutSeconds: is missing: a Task without one may wait for its answer for a year",
    ]);
  });

  it("warns of a function that fails when it is called", () => {
    const { warnings } = loadDefinition(
      machine({ A: { Type: "Pass", Output: "{% $eval('1') %}", End: true } }),
    );
    expect(warnings.map(describeProblem)).toEqual([
      "state 'A', Output: Step Functions does not have $eval, and the query fails when it calls it: use $parse",
    ]);
  });

  it("may go round in circles as long as one state ends it", () => {
    const choice = { Type: "Choice", Choices: [{ Condition: "{% false %}", Next: "C" }], Default: "A" };
    const { machine: loaded } = loadDefinition(
      machine({ A: { Type: "Pass", Next: "B" }, B: choice, C: { Type: "Succeed" } }),
    );
    expect(loaded.root.states.size).toBe(3);
  });

  it("warns of an error that never comes", () => {
    const { warnings } = loadDefinition(
      machine({ T: { ...invoke("f"), Retry: [{ ErrorEquals: ["States.TimeOut", "Mine"] }], End: true } }),
    );
    expect(warnings.map(describeProblem)).toEqual([
      "state 'T', Retry[0]/ErrorEquals: no state fails with States.TimeOut: Step Functions has no such error",
    ]);
  });

  it("warns of a delay that never grows", () => {
    const retrier = { ErrorEquals: ["Mine"], IntervalSeconds: 9, MaxDelaySeconds: 9 };
    const { warnings } = loadDefinition(machine({ T: { ...invoke("f"), Retry: [retrier], End: true } }));
    expect(warnings.map(describeProblem)).toEqual([
      "state 'T', Retry[0]/MaxDelaySeconds: is not greater than IntervalSeconds: the delay never grows",
    ]);
  });

  it("may call an ItemProcessor by its older name", () => {
    const inner = { StartAt: "In", States: { In: { Type: "Pass", End: true } } };
    expect(refusal(machine({ Each: { Type: "Map", Items: [1], Iterator: inner, End: true } }))).toEqual([]);
  });

  it("may take values whole from expressions", () => {
    const state = {
      ...invoke("f"),
      Arguments: "{% $states.input %}",
      Credentials: "{% $states.input.role %}",
      End: true,
    };
    expect(refusal(machine({ A: state }))).toEqual([]);
  });

  it("may be written in JSONPath where nothing depends on the query language", () => {
    const definition = {
      StartAt: "Choose",
      States: {
        Choose: { Type: "Choice", QueryLanguage: "JSONata", Choices: [{ Condition: true, Next: "Set" }] },
        Set: { Type: "Pass", Assign: { answer: 42 }, Result: { a: 1 }, Next: "Wait" },
        Wait: { Type: "Wait", Seconds: 1, Next: "Stop" },
        Stop: { Type: "Fail", Error: "E", Cause: "C" },
      },
    };
    expect(refusal(JSON.stringify(definition))).toEqual([]);
  });
});

describe("a definition is refused, with the state and the field, because", () => {
  const pass = { Type: "Pass", End: true };
  const cases: [why: string, definition: string, reasons: (string | RegExp)[]][] = [
    ["it is not JSON", "{", [/the definition is not JSON/]],
    [
      "it has more than a MiB",
      machine({ A: { Type: "Pass", Output: "x".repeat(1_048_576), End: true } }),
      [/^the definition has more than 1048576 bytes$/],
    ],
    [
      "it nests too deep",
      `{"QueryLanguage":"JSONata","States":${"[".repeat(400_000)}${"]".repeat(400_000)}}`,
      [/^the definition nests more than 1000 arrays and objects$/],
    ],
    ["it is not an object", "[]", ["the definition must be a JSON object"]],
    ["it has no states", "{}", ["StartAt: is missing", "States: is missing"]],
    ["it starts nowhere", machine({ A: pass }, { StartAt: "B" }), ["StartAt: there is no state 'B'"]],
    [
      "it has fields of no meaning",
      machine({ A: pass }, { Foo: 1 }),
      ["Foo: is not a field of a state machine"],
    ],
    ["it is of another version", machine({ A: pass }, { Version: "2.0" }), ['Version: must be "1.0"']],
    [
      "a state leads nowhere",
      machine({ A: { Type: "Pass", Next: "Zzz" } }),
      ["state 'A', Next: there is no state 'Zzz'"],
    ],
    [
      "a catcher leads nowhere",
      machine({
        A: { Type: "Task", Resource: FUNCTION, End: true, Catch: [{ ErrorEquals: ["X"], Next: "Zzz" }] },
      }),
      ["state 'A', Catch[0]/Next: there is no state 'Zzz'"],
    ],
    [
      "nothing leads to a state",
      machine({ A: pass, Lost: pass }),
      ["state 'Lost': nothing leads to this state"],
    ],
    [
      "a state neither ends nor goes on",
      machine({ A: { Type: "Pass" } }),
      ["state 'A', Next: a state must have either Next or \"End\": true"],
    ],
    ["a state is of no type", machine({ A: { Type: "Sleep" } }), [/state 'A', Type: must be Pass, Task/]],
    [
      "a type is a word of JavaScript and not of the language",
      machine({ A: { Type: "constructor" } }),
      [/state 'A', Type: must be Pass, Task/],
    ],
    [
      "a state has a field of another query language",
      machine({ A: { ...pass, OutputPath: "$" } }),
      ["state 'A', OutputPath: is not a field of a Pass state in JSONata"],
    ],
    [
      "a state needs JSONPath",
      JSON.stringify({
        StartAt: "A",
        States: { A: { Type: "Pass", Parameters: { "x.$": "$.x" }, End: true } },
      }),
      [/state 'A', QueryLanguage: the engine speaks JSONata only and cannot run its Parameters in JSONPath/],
    ],
    [
      "the machine is in JSONPath, also where it has no paths",
      JSON.stringify({ StartAt: "A", States: { A: pass } }),
      [
        'QueryLanguage: the engine speaks JSONata only and cannot run a machine in JSONPath: set "QueryLanguage": "JSONata"',
      ],
    ],
    [
      "a state falls back to JSONPath",
      machine({ A: { ...pass, QueryLanguage: "JSONPath" } }),
      [/state 'A', QueryLanguage: 'QueryLanguage' can not be 'JSONPath'/],
    ],
    [
      "a Task calls what the engine does not have",
      machine({ A: { Type: "Task", Resource: "arn:aws:states:::dynamodb:getItem", End: true } }),
      [/state 'A', Resource: 'arn:aws:states:::dynamodb:getItem' is not one the engine has/],
    ],
    [
      "a call lacks a field",
      machine({ A: { ...invoke("f"), Arguments: { Payload: "{% $states.input %}" }, End: true } }),
      ["state 'A', Arguments: The field 'FunctionName' is required but was missing"],
    ],
    [
      "a call has a field that the service or the engine does not have",
      machine({
        A: { ...invoke("f"), Arguments: { FunctionName: "f", Palyoad: "{% 1 %}" }, Next: "B" },
        B: { ...invoke("f"), Arguments: { FunctionName: "f", InvocationType: "Event" }, End: true },
      }),
      [
        "state 'A', Arguments: The field 'Palyoad' is not supported by Step Functions",
        /state 'B', Arguments: The engine waits for what a function answers/,
      ],
    ],
    [
      "an expression nests too deep for the parser",
      machine({ A: { Type: "Pass", Output: `{% ${"(".repeat(9_000)}1${")".repeat(9_000)} %}`, End: true } }),
      [/^state 'A', Output: '\({80}…' nests too deep$/],
    ],
    [
      "an expression is not JSONata",
      machine({ A: { ...pass, Output: { a: ["{% 1 + %}"] } } }),
      [/state 'A', Output\/a\[0\]: '1 \+' is not JSONata: S0207/],
    ],
    [
      "an operator is newer than the service's JSONata",
      machine({ A: { ...pass, Output: "{% $a ?? 1 %}" } }),
      [/state 'A', Output: .*the \?\? operator is newer/],
    ],
    [
      "an inner scope assigns what an outer one does",
      machine({
        First: { Type: "Pass", Assign: { x: 1 }, Next: "Each" },
        Each: {
          Type: "Map",
          Items: [1],
          ItemProcessor: { StartAt: "In", States: { In: { ...pass, Assign: { x: 2 } } } },
          End: true,
        },
      }),
      ["state 'Each/In', Assign/x: an outer scope assigns a variable of this name: choose another"],
    ],
    [
      "no state ends it",
      machine({ A: { Type: "Pass", Next: "B" }, B: { Type: "Pass", Next: "A" } }),
      ['States: no state ends it: one must be a Succeed, a Fail or have "End": true'],
    ],
    [
      "no state ends a branch",
      machine({
        P: {
          Type: "Parallel",
          Branches: [
            { StartAt: "A", States: { A: { Type: "Choice", Choices: [{ Condition: true, Next: "A" }] } } },
          ],
          End: true,
        },
      }),
      [/state 'P', Branches\[0\]\/States: no state ends it/],
    ],
    [
      "a field has no result to look at",
      machine({ A: { ...pass, Output: "{% $states.result %}" } }),
      [/state 'A', Output: \$states.result does not exist here/],
    ],
    [
      "a field has no error to look at",
      machine({ A: { Type: "Task", Resource: FUNCTION, Output: "{% $states.errorOutput %}", End: true } }),
      [/state 'A', Output: \$states.errorOutput does not exist here: only a Catch has an error/],
    ],
    [
      "a variable has a reserved or impossible name",
      machine({ A: { ...pass, Assign: { states: 1, "1x": 2, ["__proto__"]: 3 } } }),
      [/Assign\/states: is reserved/, /Assign\/1x: a variable's name/, /Assign\/__proto__: is reserved/],
    ],
    [
      "two states have the same name, in whatever scopes",
      machine({ A: { Type: "Parallel", Branches: [{ StartAt: "A", States: { A: pass } }], End: true } }),
      ["state 'A/A': another state of this machine has the same name"],
    ],
    [
      "a name is too long, counted in characters",
      machine({ ["🚀".repeat(80)]: { Type: "Pass", Next: "🚀".repeat(81) }, ["🚀".repeat(81)]: pass }),
      [/^state '🚀{81}': the name has more than 80 characters$/u],
    ],
    [
      "an expression looks at an input document",
      machine({ A: { ...pass, Output: { a: "{% total %}" } } }),
      [
        "state 'A', Output/a: 'total' looks at total of an input document, which Step Functions does not have: use $states.input or a variable",
      ],
    ],
    [
      "a Wait is until a time that is none",
      machine({ A: { Type: "Wait", Timestamp: "2026-01-01 00:00:00Z", End: true } }),
      ["state 'A', Timestamp: must be an RFC 3339 timestamp, such as 2026-01-31T12:00:00Z"],
    ],
    [
      "Credentials name no role",
      machine({ A: { ...invoke("f"), Credentials: {}, End: true } }),
      ["state 'A', Credentials: The field 'RoleArn' is required but was missing"],
    ],
    [
      "a Parallel has no branches",
      machine({ A: { Type: "Parallel", Branches: [], End: true } }),
      ["state 'A', Branches: must hold at least one branch"],
    ],
    [
      "a Map reads its items from elsewhere",
      machine({
        A: {
          Type: "Map",
          ItemReader: { Resource: "arn:aws:states:::s3:getObject" },
          ItemProcessor: { StartAt: "B", States: { B: pass } },
          End: true,
        },
      }),
      ["state 'A', ItemReader: belongs to a distributed Map, and the engine runs inline Maps only"],
    ],
    [
      "a Wait has two ends",
      machine({ A: { Type: "Wait", Seconds: 1, Timestamp: "2026-01-01T00:00:00Z", End: true } }),
      [/state 'A', Seconds: a Wait state must have exactly one/],
    ],
    [
      "a heartbeat is slower than the timeout",
      machine({ A: { Type: "Task", Resource: FUNCTION, TimeoutSeconds: 5, HeartbeatSeconds: 5, End: true } }),
      ["state 'A', HeartbeatSeconds: must be smaller than TimeoutSeconds"],
    ],
    [
      "a choice has no condition",
      machine({ A: { Type: "Choice", Choices: [{ Next: "B" }] }, B: pass }),
      [/state 'A', Choices\[0\]\/Condition: must be true, false or an expression/],
    ],
    [
      "States.ALL does not stand alone",
      machine({
        A: { Type: "Task", Resource: FUNCTION, End: true, Retry: [{ ErrorEquals: ["States.ALL", "X"] }] },
      }),
      ["state 'A', Retry[0]/ErrorEquals: States.ALL must stand alone"],
    ],
    [
      "States.ALL is not last",
      machine({
        A: {
          Type: "Task",
          Resource: FUNCTION,
          End: true,
          Retry: [{ ErrorEquals: ["States.ALL"] }, { ErrorEquals: ["X"] }],
        },
      }),
      ["state 'A', Retry[0]/ErrorEquals: States.ALL must come last"],
    ],
    [
      "a retrier's numbers make no sense",
      machine({
        A: {
          Type: "Task",
          Resource: FUNCTION,
          End: true,
          Retry: [
            {
              ErrorEquals: ["X"],
              IntervalSeconds: 0,
              BackoffRate: 0.5,
              MaxAttempts: -1,
              JitterStrategy: "SOME",
            },
          ],
        },
      }),
      [/JitterStrategy/, /IntervalSeconds/, /BackoffRate/, /MaxAttempts/],
    ],
    [
      "a Map is distributed",
      machine({
        A: {
          Type: "Map",
          End: true,
          ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED" }, StartAt: "B", States: { B: pass } },
        },
      }),
      [/state 'A', ItemProcessor\/ProcessorConfig\/Mode: the engine runs inline Maps only/],
    ],
    [
      "something inside a branch is wrong",
      machine({
        P: { Type: "Parallel", Branches: [{ StartAt: "B", States: { B: { Type: "Pass" } } }], End: true },
      }),
      ["state 'P/B', Next: a state must have either Next or \"End\": true"],
    ],
  ];

  it.each(cases)("%s", (_, definition, reasons) => {
    const found = refusal(definition);
    expect(found).toHaveLength(reasons.length);
    for (const [index, reason] of reasons.entries()) {
      if (typeof reason === "string") expect(found[index]).toBe(reason);
      else expect(found[index]).toMatch(reason);
    }
  });

  it("everything that is wrong is said at once", () => {
    expect(refusal(machine({ A: { Type: "Pass", Next: "X" }, B: { Type: "Pass", Next: "Y" } }))).toHaveLength(
      3,
    );
  });
});
