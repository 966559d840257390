import fc from "fast-check";

// Nobody reads the counterexample of a mutant: it need not be made small
fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true });
