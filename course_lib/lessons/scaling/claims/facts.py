"""Published numbers that the lesson cites and does not measure."""

from course_lib.learn import Fact

KAPLAN = "Kaplan et al., arXiv:2001.08361 (2020)"
HOFFMANN = "Hoffmann et al., arXiv:2203.15556 (2022)"
BESIROGLU = "Besiroglu, Erdil, Barnett and You, arXiv:2404.10102 (2024)"
PORIAN = "Porian et al., arXiv:2406.19146 (2024), RefinedWeb, with 95 % intervals"

facts = (
    Fact(
        says="Kaplan et al.: parameters, batch and steps against compute",
        value="C^0.73, C^0.24, C^0.03, so tokens C^0.27; models from 768 to 1.5 billion non-embedding parameters",
        source=f"{KAPLAN}, sections 1.1, 1.2 and 3; C is their adjusted C_min",
    ),
    Fact(
        says="Kaplan et al.: loss against parameters and against tokens, each with the other plentiful",
        value="(N_c/N)^0.076 with N_c = 8.8e13, (D_c/D)^0.095 with D_c = 5.4e13: no floor",
        source=f"{KAPLAN}, eqs. 1.1 and 1.2 (separate fits; table 2 has a joint one)",
    ),
    Fact(
        says="Hoffmann et al.: exponent a of the best size by approaches 1, 2 and 3",
        value="0.50 (0.488 to 0.502), 0.49 (0.462 to 0.534), 0.46 (0.454 to 0.455)",
        source=f"{HOFFMANN}, table 2: 10th to 90th percentile of 100 resamples of 80 % of the runs each, not 95 %",
    ),
    Fact(
        says="Hoffmann et al.: the fitted law",
        value="1.69 + 406.4/N^0.34 + 410.7/D^0.28; over 400 runs, 44 million to over 16 billion parameters",
        source=f"{HOFFMANN}, eq. 10, abstract and table A9",
    ),
    Fact(
        says="The same points, read off a figure and fitted anew: E, A, B, alpha, beta",
        value="1.8172, 482.01, 2085.43, 0.3478, 0.3658; a = 0.513 with a standard error of 0.02; 240 of 245 points",
        source=f"{BESIROGLU}; as reported, the original fit averaged the loss and stopped early, and "
        "its digits were cut",
    ),
    Fact(
        says="The mean objective, default tolerance and the classical 4500 starts on those points, tried by us",
        value="a = 0.450, where the converged fit has 0.514",
        source="our own run on the digitised points of Besiroglu et al., which the course does not carry",
    ),
    Fact(
        says="Runs it would take for so narrow an interval as was printed",
        value="over 600,000, where fewer than 500 were made",
        source=f"{BESIROGLU}, abstract",
    ),
    Fact(
        says="Porian et al., step 0: Kaplan's setting (no head in N and C, a long warmup, one cosine for all)",
        value="a = 0.835 (0.82 to 0.85)",
        source=f"{PORIAN}; it reproduces Kaplan's unadjusted exponent 0.88, not 0.73",
    ),
    Fact(
        says="Step 1: the head counted",
        value="a = 0.706 (0.69 to 0.72)",
        source=PORIAN,
    ),
    Fact(
        says="Step 2: the warmup as long as the model is large",
        value="a = 0.602 (0.59 to 0.62)",
        source=PORIAN,
    ),
    Fact(
        says="Step 3, one way: a cosine schedule for each budget, nothing tuned",
        value="a = 0.571 (0.56 to 0.59)",
        source=PORIAN,
    ),
    Fact(
        says="Step 3, the other way: learning rate, batch and beta_2 tuned for each size, constant learning rate",
        value="a = 0.497 (0.49 to 0.50)",
        source=PORIAN,
    ),
    Fact(
        says="One set of runs of others, counted with embeddings and without (approach 1)",
        value="a = 0.499 and 0.627",
        source="McLeish et al. (Gemstones), arXiv:2502.06857 (2025), fits of the authors' repository",
    ),
    Fact(
        says="Share of GPT-3 6.7B's pretraining compute that tuning by muTransfer took, from a model of 40 million",
        value="7 %",
        source="Yang et al., arXiv:2203.03466 (2022), abstract",
    ),
    Fact(
        says="Tokens for each parameter of Llama 3 8B, trained to be served cheaply",
        value="about 1900 (over 15e12 tokens)",
        source="Llama 3 model card (2024); why: Sardana et al., arXiv:2401.00448 (2023)",
    ),
    Fact(
        says="Bits of Hoffmann et al.'s frontier that bend: its first, middle and last third give different lines",
        value="smaller models may be better still at larger budgets",
        source=f"{HOFFMANN}, appendix E",
    ),
)
