process.stdout.write("Conductor: nothing to run yet.\n");
