"""Published numbers that the lesson cites and does not measure, beside those that stand with their claims."""

from course_lib.learn import Fact

facts = (
    Fact(
        says="Ground-state energy per spin of the infinite glass of Sherrington and Kirkpatrick, by Parisi's theory",
        value="-0.763167",
        source="Oppermann and Schmidt, Phys. Rev. E 78, 061124 (2008); theory: Parisi, J. Phys. A 13, L115 (1980)",
    ),
    Fact(
        says="Where such solutions stand to the true free energy of that glass",
        value="none lies above it: of Parisi's family the highest is right",
        source="Guerra, Commun. Math. Phys. 233, 1 (2003), abstract",
    ),
    Fact(
        says="Transition temperature of the +-J glass in three dimensions, where it is not zero",
        value="1.1019(29)",
        source="Baity-Jesi et al., Phys. Rev. B 88, 224416 (2013)",
    ),
    Fact(
        says="Patterns a network of N neurons can store if every sign of every pattern must be right",
        value="N / (4 ln N): a share of neurons that falls with N",
        source="McEliece, Posner, Rodemich and Venkatesh, IEEE Trans. Inf. Theory 33, 461 (1987)",
    ),
    Fact(
        says="Load at which recall ends if replicas are not taken to be alike (one and two steps of Parisi's scheme)",
        value="0.138186 and 0.138187, where alike replicas have 0.1379 (an earlier calculation had 0.144)",
        source="Steffan and Kühn, Z. Phys. B 95, 249 (1994), abstract",
    ),
    Fact(
        says="Half of the Nobel prize in physics 2021",
        value="to Parisi, for disorder and fluctuations; the other half to Manabe and Hasselmann",
        source="Royal Swedish Academy of Sciences (2021)",
    ),
)
