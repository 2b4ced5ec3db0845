"""Published numbers that the lesson cites and cannot measure: what an operation costs, in energy."""

from course_lib.learn import Fact

facts = (
    Fact(
        says="Energy of one synaptic event in the brain: 20 W over 1e14 to 1e15 events a second",
        value="20 to 200 fJ",
        source="division; power and counts as in Levy and Calvert, PNAS 118, e2008173118 (2021), who give 0.1 W of the "
        "20 W to computation in the cortex",
    ),
    Fact(
        says="What most of the brain's energy for signals goes to: reversing ion currents, not releasing vesicles",
        value="50 % at postsynaptic receptors, 5 % for release (cerebral cortex)",
        source="Howarth, Gleeson and Attwell, J. Cereb. Blood Flow Metab. 32, 1222 (2012)",
    ),
    Fact(
        says="Energy of one floating-point operation on a graphics processor at its peak: 700 W over 989e12 a second",
        value="0.7 pJ (2 to 3 times more in real use)",
        source="NVIDIA H100 SXM data sheet (2023): dense bfloat16 rate and power limit",
    ),
    Fact(
        says="Energy of a 32-bit multiplication on a chip of 2014 (45 nm)",
        value="3.7 pJ",
        source="Horowitz, ISSCC Digest 10 (2014), as tabulated in many later papers",
    ),
    Fact(
        says="Energy of reading 32 bits from memory outside that chip",
        value="about 640 pJ: moving a number costs far more than using it",
        source="Horowitz, ISSCC Digest 10 (2014), as tabulated by Han et al., NeurIPS 28 (2015), table 1",
    ),
    Fact(
        says="Energy dissipated across each transistor of a learning circuit, for one inference in microseconds",
        value="picojoules",
        source="Dillavou et al., PNAS 121, e2319718121 (2024), abstract",
    ),
    Fact(
        says="Least heat of erasing one bit at 300 K, k_B T ln 2",
        value="2.87e-21 J",
        source="Landauer, IBM J. Res. Dev. 5, 183 (1961)",
    ),
    Fact(
        says="Energy of one word from a language model of 1e11 parameters: 2 operations a parameter, 1 pJ each",
        value="0.2 J, before any data is moved",
        source="multiplication",
    ),
)
