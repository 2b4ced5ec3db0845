"""Published numbers that the lesson cites and does not measure."""

from course_lib.learn import Fact

KADKHODAIE = "Kadkhodaie, Guth, Simoncelli and Mallat, arXiv:2310.02557 (ICLR 2024)"
BIROLI = "Biroli, Bonnaire, de Bortoli and Mezard, Nat. Commun. 15, 9957 (2024)"
NOTEBOOK = f"{BIROLI}: the authors' code prints these; two classes of each set; the article's own table was not seen"

facts = (
    Fact(
        says="Equations of one talk's notes that this lesson corrects",
        value="(3.24), after (3.28), (3.29), (3.33), (3.34), above (3.36), (3.39), (3.41), (3.42), below (3.43), after "
        "(3.44), (3.45), (3.46), (3.49), (3.50)",
        source="C. Miyamoto, lecture notes from the Beg Rohu summer school (2025), part on diffusion",
    ),
    Fact(
        says="Kadkhodaie et al.: images at which two networks trained on different ones agree",
        value="roughly 100,000 faces of 80 x 80 pixels, 7.6 million parameters; a thousand are not enough",
        source=f"{KADKHODAIE}, abstract and figures 1 and 2",
    ),
    Fact(
        says="The same: how their network's error falls with the noise, for images whose edges are smooth to order a",
        value="sigma^(2a/(a + 1)), the best possible rate: slopes of PSNR of 0.46, 0.61, 0.75, 0.83 measured for a = "
        "1, 2, 3, 5, where a/(a + 1) is 0.50, 0.67, 0.75, 0.83",
        source=f"{KADKHODAIE}, figure 4",
    ),
    Fact(
        says="Biroli et al.: largest eigenvalue Lambda of the covariance, and t_S from it",
        value="MNIST 7.66 and 1.02, CIFAR 16.7 and 1.41, ImageNet at 16 pixels 3.05 and 0.56, at 32 pixels 12.1 and "
        "1.25, LSUN 60.5 and 2.05",
        source=NOTEBOOK,
    ),
    Fact(
        says="The same: when trained networks decide on a class, over t_S (phi = 0.775; in steps of their schedule)",
        value="MNIST 0.97, CIFAR 0.82, ImageNet 1.02 and 0.96, LSUN 0.86",
        source=NOTEBOOK,
    ),
    Fact(
        says="How well a patch-wise, local form of the training set's own score predicts each sample of a network",
        value="median r squared 0.94 to 0.96, by data set",
        source="Kamb and Ganguli, arXiv:2412.20292 v2 (2025), abstract, one parameter calibrated",
    ),
    Fact(
        says="Noise at which a bias-free network still works that was trained up to sigma = 10 (of 255)",
        value="sigma = 90",
        source="Mohan, Kadkhodaie, Simoncelli and Fernandez-Granda, arXiv:1906.05478 (ICLR 2020)",
    ),
)
