"""Engine: the evaluators that the phases share (formula, conversion, roll-up, index)."""
