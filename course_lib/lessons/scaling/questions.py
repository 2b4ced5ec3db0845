"""What lesson 03 asks: two questions, and two guesses before the figures that answer them."""

from course_lib.learn import Prediction, Question

which_cause = Question(
    ask="Porian et al. began in Kaplan's setting, a = 0.835, and removed one cause after another until they had 0.497. "
    "Hoffmann et al. had suspected the learning-rate schedule: one cosine for all runs, however long. How much of the "
    "difference of 0.34 does a schedule that fits each budget make?",
    choices={
        "a": "Nearly all of it.",
        "b": "About a half.",
        "c": "About a tenth.",
        "d": "None at all: only the embedding matters.",
    },
    answer="c",
    why="0.602 to 0.571, 0.03 of 0.34. Counting the head is worth 0.13, a shorter warmup 0.10, and tuning learning "
    "rate, batch and beta_2 for each size another 0.10, even at a constant learning rate. A suspicion of good "
    "physicists, tested by changing one thing at a time.",
    hints=(
        "Look at the table in step 6: each row changes one thing.",
        "From which row to which does only the schedule change?",
    ),
    slips={
        "a": "That was the suspicion. Only one step changes the schedule and nothing else: how far does it go?",
        "b": "Only one step changes the schedule and nothing else. Take its share of the whole way.",
        "d": "The schedule does something, and so do the warmup and the tuning: counting is one cause of several.",
    },
)

twice_too_large = Question(
    ask="By the law of Besiroglu et al., at 5.76e23 FLOP, you train a model twice as large as the best one. The loss "
    "that you reach could have been had for less. Which share of the budget is wasted? (scaling.compute_optimal, "
    "scaling.loss and scaling.compute_needed are all you need.)",
    answer=0.157,
    tolerance=0.06,
    why="About 16 %, though N is off by a factor of 2: the bowl is flat at its bottom. In nats it is 0.005. So a wrong "
    "exponent costs little near the budgets where it was fitted, and more and more beyond.",
    hints=(
        "N = 2 * scaling.compute_optimal(5.76e23, scaling.BESIROGLU).N, and the tokens follow from C = 6 N D.",
        "1 - scaling.compute_needed(loss, law) / C.",
    ),
    slips={
        0.5: "That would be so if the other half of the parameters did nothing. The loss is flat near its minimum.",
        0.00485: "Those are the nats by which the loss is higher. Which budget reaches that loss with the best size?",
        0.843: "That is the share that would have been enough. The rest is wasted.",
        0.1855: "That is what is wasted beside the budget that would have been enough. Take it as a share of yours.",
        15.7: "As a share of the budget, please: between 0 and 1.",
    },
)

guess_growth = Prediction(
    question="Your budget grows tenfold. By what factor should your language model grow, so that its loss is least?",
    low=1.0,
    high=10.0,
    unit="times",
)

guess_weight = Prediction(
    question="243 training runs scatter by 0.6 % about E + A/N^α + B/D^β, and the law is fitted to them. How many "
    "times as large as the lower end is the upper end of the 95 % interval of A?",
    low=1.0,
    high=10.0,
    unit="times",
)
