"""Published numbers that the lesson cites and does not measure."""

from course_lib.learn import Fact

OKAWA = "Okawa, Lubana, Dick and Tanaka, arXiv:2310.09336 (NeurIPS 2023); seen in digests and in the authors' code"
RAMESH = "Ramesh, Lubana, Khona, Dick and Tanaka, arXiv:2311.12997 (ICML 2024)"
MIRAGE = "Schaeffer, Miranda and Koyejo, arXiv:2304.15004 (NeurIPS 2023)"

facts = (
    Fact(
        says="Okawa et al.: what a diffusion model with eight classes of shape, colour and size was shown",
        value="000, 100, 010 and 001; it made classes at distance 1 before the one at distance 2",
        source=OKAWA,
    ),
    Fact(
        says="Ramesh et al.: how many compositions a transformer has to see, of 3125, to compose all",
        value="some 50 to 100, step by step, with 100,000 texts; in the direct format 2000 are not enough",
        source=f"{RAMESH}: 50 to 100 the talk, 100,000 the code, the last a review of an earlier version",
    ),
    Fact(
        says="Schaeffer et al.: share of the claimed emergent abilities of BIG-Bench that are measured by two scores",
        value="over 92 %, by exact match or by multiple choice: not the share that disappears in other scores",
        source=f"{MIRAGE}, section 4 and figure 5",
    ),
    Fact(
        says="Du et al.: tasks whose jump at a loss of 2.2 stays in a smooth score (Brier's)",
        value="two, MMLU and C-Eval; of 12 tasks 8 improve smoothly with the loss",
        source="Du, Zeng, Dong and Tang, arXiv:2403.15796 (2024), as digested; one corpus; not all tasks scored anew",
    ),
    Fact(
        says="Michaud et al.: exponents of the loss in parameters and in data, from quanta used as j^-(alpha + 1)",
        value="alpha and alpha/(alpha + 1)",
        source="Michaud, Liu, Girit and Tegmark, arXiv:2303.13506 (2023); restated by Nam et al., NeurIPS 2024, page 2",
    ),
    Fact(
        says="Olsson et al.: where induction heads form, seen in the loss itself",
        value="within 2.5 to 5 billion tokens, in models of two layers and more",
        source="Olsson et al., arXiv:2209.11895 (2022), as digested",
    ),
)
