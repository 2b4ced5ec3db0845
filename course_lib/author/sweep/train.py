"""Train all models of one size and one budget: several learning rates and seeds, side by side.

The rate rises in a straight line for a tenth of the steps, and falls in one to zero. Each batch of texts
is drawn anew. The seed decides the first weights and the texts, which all learning rates of a seed share.

Symbols   C      budget, in FLOP: 6 x all parameters x tokens
          D      tokens trained on
          K      models side by side, seed after seed, each with all learning rates
"""

import io
from collections.abc import Callable
from pathlib import Path
from time import monotonic, time

import numpy as np
import torch
from torch import Tensor

from course_lib.progress import write as write_whole
from course_lib.shared import hierarchy

from .jobs import Job, Row
from .model import initial, log_losses

WARM, BETAS, EPSILON = 0.1, (0.9, 0.98), 1e-8
AT_ONCE, TEST_SEED = 2**9, 2026
SAVED_EVERY = 10.0  # seconds


def train(job: Job, kept: Path, device: str = "cpu", until: float = np.inf) -> list[Row]:
    """The job's models, trained and tested; goes on from where an earlier attempt last saved itself.

    kept: the file for that; it is left there, for whoever takes the rows to remove. until: when to save and stop, in
    seconds of time.time(); then there are no rows.
    """
    if time() > until:
        return []
    torch.backends.cuda.matmul.allow_tf32 = True
    training = Training(job, device)
    if kept.exists():
        training.resume(kept)
    saved = monotonic()
    while training.step < job.steps:
        training.advance()
        over = time() > until
        if over or training.step == job.steps or monotonic() - saved > SAVED_EVERY:
            training.save(kept)
            saved = monotonic()
        if over:
            return []
    return job.rows(*tested(training.W, job), device)


class Training:
    """Models on their way, with all that the next step depends on."""

    def __init__(self, job: Job, device: str) -> None:
        self.job, self.device, self.step = job, device, 0
        self.chance = [torch.Generator(device).manual_seed(number) for number in job.seed_numbers]
        rates = len(job.log2_rates)
        self.W = torch.cat([initial(job.shape, generator).expand(rates, -1) for generator in self.chance])
        self.mean, self.square = torch.zeros_like(self.W), torch.zeros_like(self.W)
        self.rates = 2.0 ** torch.tensor([[rate] for rate, _ in job.members], device=device)
        self.grammar = as_tensors(job.grammar, device)
        self.uniforms = torch.zeros(len(job.seeds), job.texts, job.shape.T, device=device)
        self.first, self.second = torch.zeros((), device=device), torch.ones((), device=device)
        self.update = self.adam if device == "cpu" else recorded(self.adam)
        self.mean.zero_(), self.square.zero_()  # what was recorded was done as well, with `first` at 0

    def advance(self) -> None:
        """One step, on new texts: for each seed its own."""
        for uniforms, generator in zip(self.uniforms, self.chance):
            torch.rand(uniforms.shape, generator=generator, out=uniforms)
        self.first.fill_(schedule(self.step, self.job.steps) / (1 - BETAS[0] ** (self.step + 1)))
        self.second.fill_(1 / (1 - BETAS[1] ** (self.step + 1)))
        self.update()
        self.step += 1

    def adam(self) -> None:
        """A step of Adam; what depends on its number stands in `first` and `second`."""
        W = self.W.detach().requires_grad_()
        (gradient,) = torch.autograd.grad(log_losses(W, self.job.shape, self.batch()).mean(dim=(1, 2)).sum(), W)
        self.mean.lerp_(gradient, 1 - BETAS[0])
        self.square.mul_(BETAS[1]).addcmul_(gradient, gradient, value=1 - BETAS[1])
        self.W -= self.rates * self.first * self.mean / ((self.square * self.second).sqrt_() + EPSILON)

    def batch(self) -> Tensor:
        """The texts of all models (K, texts, T)."""
        tokens = hierarchy.derive(self.grammar, self.uniforms.flatten(0, 1)).tokens
        S, n, T = self.uniforms.shape
        return tokens.view(S, 1, n, T).expand(-1, len(self.job.log2_rates), -1, -1).flatten(0, 1)

    def save(self, path: Path) -> None:
        """All of it, whole or not at all."""
        state = io.BytesIO()
        weights = {name: getattr(self, name).cpu().numpy() for name in ("W", "mean", "square")}
        np.savez(state, step=self.step, chance=[chance.get_state().numpy() for chance in self.chance], **weights)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, state.getvalue())

    def resume(self, path: Path) -> None:
        """Go on from what was saved there, on the same device."""
        with np.load(path) as state:
            self.step = int(state["step"])
            for name in ("W", "mean", "square"):
                getattr(self, name).copy_(torch.from_numpy(state[name]))
            for generator, saved in zip(self.chance, state["chance"]):
                generator.set_state(torch.from_numpy(saved))


def recorded(step: Callable[[], None]) -> Callable[[], None]:
    """The step as a CUDA graph: its hundreds of small kernels start all at once. (It is taken a few times first.)"""
    aside = torch.cuda.Stream()
    with torch.cuda.stream(aside):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(aside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return graph.replay


def schedule(step: int, steps: int) -> float:
    """The learning rate over its largest, from step 0 on."""
    return min((step + 1) / (WARM * steps + 1), 1 - step / steps)


@torch.no_grad()
def tested(W: Tensor, job: Job) -> tuple[np.ndarray, np.ndarray]:
    """Loss of each model on texts of the test, in nats per token, and its standard error.

    What a text costs beyond -ln of its chance is averaged, and the floor added, which is exact. So for a perfect model
    the luck of the test's texts falls out; 24 and 40 wide, the error is a tenth to a third smaller than without.
    """
    texts = hierarchy.sample(job.grammar, job.tests, rng=np.random.default_rng(TEST_SEED))
    least = torch.tensor(-hierarchy.log_chance(job.grammar, texts), device=W.device)
    tokens = torch.tensor(texts.tokens, device=W.device)
    parts = [log_losses(W, job.shape, part.expand(len(W), -1, -1)).sum(-1).double() for part in tokens.split(AT_ONCE)]
    beyond = (torch.cat(parts, dim=1) - least) / job.shape.T
    error = beyond.std(dim=1) / len(tokens) ** 0.5
    return (job.floor + beyond.mean(dim=1)).cpu().numpy(), error.cpu().numpy()


def as_tensors(grammar: hierarchy.Grammar, device: str) -> hierarchy.Grammar:
    """The grammar where the models are, in single precision."""
    root, chance, pairs = (torch.as_tensor(part, device=device) for part in grammar)
    return hierarchy.Grammar(root.float(), chance.float(), pairs)
