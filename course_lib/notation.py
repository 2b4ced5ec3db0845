"""One notation for the whole course: each symbol, its words, and what four fields call the same thing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from types import ModuleType
from typing import NamedTuple


class Row(NamedTuple):
    """A symbol. `code` lists its names in code, separated by spaces; an empty field has no name for it."""

    symbol: str
    code: str
    words: str
    statistical_physics: str = ""
    condensed_matter: str = ""
    high_energy: str = ""
    machine_learning: str = ""


COURSE = (
    Row("d", "d", "input dimension", "N", "sites", "", "d, D"),
    Row("n", "n", "number of training samples", "P, M (patterns)", "", "", "n, D (tokens)"),
    Row("N", "N", "width; number of spins or neurons", "N", "N", "N of O(N)", "n, m, width"),
    Row("L", "L", "depth: number of layers", "L", "", "T, 'time'", "L, depth"),
    Row("ℒ", "Lx", "side of a lattice (volume ℒ²)", "L", "L", "L/a", ""),
    Row("n_par", "n_par", "number of parameters", "", "", "", "N (Kaplan, Chinchilla), P"),
    Row("n_tok", "n_tok", "number of training tokens", "", "", "", "D"),
    Row("C", "C", "compute spent on training, in FLOP", "", "", "", "C"),
    Row("M", "M", "number of stored patterns", "P", "", "", "memories"),
    Row("α", "alpha", "load M/N of an associative memory", "α", "", "", "capacity"),
    Row("J_ij", "J", "coupling of two spins, energy −J s s", "J", "J", "", "W (Boltzmann machine)"),
    Row("s", "s", "spin, ±1", "s, σ, S", "S", "", "unit, neuron"),
    Row("W", "W", "weights of a layer", "couplings", "", "field or coupling", "W"),
    Row("a", "a", "read-out weights; beside b, the exponent of the target's source", "", "", "", "v, last layer"),
    Row("θ", "theta", "all parameters together", "", "", "", "θ, w"),
    Row("σ_w²", "sigma_w2", "variance of the weights times the width", "J²", "", "'t Hooft coupling", "init scale"),
    Row("σ_b²", "sigma_b2", "variance of the biases", "", "", "", "init scale"),
    Row("h", "h", "local field; pre-activation", "local field", "molecular field", "φ", "z"),
    Row("φ", "phi", "field; a layer's activation", "", "order parameter", "φ", "activation"),
    Row("ρ(·)", "rho", "nonlinearity of a neuron", "", "", "", "σ, φ"),
    Row("K", "K", "kernel of the infinitely wide network (NNGP)", "overlap Q", "G", "propagator", "kernel"),
    Row("Θ", "Theta", "neural tangent kernel", "", "", "", "NTK"),
    Row("T", "T", "temperature (k_B = 1)", "T", "k_B T", "1/β", "temperature"),
    Row("β", "beta", "inverse temperature 1/T; never momentum", "β", "1/k_B T", "1/ħ", "inverse temperature"),
    Row("η", "eta", "learning rate", "1/γ", "", "1/3H", "lr, η"),
    Row("μ", "mu", "momentum of the optimiser", "", "", "", "β, momentum"),
    Row("λ_wd", "lambda_wd", "weight decay", "", "mass", "mass²", "λ, wd"),
    Row("λ_k", "lambda_k", "eigenvalue of the data covariance, falling as k^−b", "", "", "", "spectrum, capacity"),
    Row("b", "b", "exponent of the data spectrum", "", "", "", "α (capacity), 2α (Paquette)"),
    Row("γ₀", "gamma_0", "richness: strength of feature learning", "", "", "", "1/α (lazy)"),
    Row("m", "m", "magnetisation; overlap with a pattern", "m", "M", "vev", "alignment"),
    Row("R, Q", "R Q", "overlaps: student with teacher, student with itself", "R, Q", "", "", "alignment"),
    Row("q", "q", "overlap of two replicas", "q", "q_EA", "", ""),
    Row("F", "F", "free energy", "F", "F", "W, Γ", "−log evidence"),
    Row("Z", "Z", "partition function", "Z", "Z", "Z", "normaliser"),
    Row("H", "H", "Hamiltonian", "H", "H", "H, S", "loss"),
    Row("E", "E", "energy, enters as e^(−βE)", "H, E", "H", "S", "energy, loss"),
    Row("𝒮", "S", "entropy, in nats", "S", "S", "", "H"),
    Row("Δ", "Delta", "implicit ridge: the resolution of a kernel", "", "", "cutoff", "κ"),
    Row("t", "t", "time of learning, of diffusion or of the RG flow", "t", "t", "ln Λ", "step, t"),
    Row("ε", "epsilon", "small noise level or step", "", "", "", "ε"),
    Row("σ", "sigma", "noise level; variance σ²", "", "", "", "σ_t"),
    Row("p", "p", "probability density", "P, ρ", "", "", "p, q"),
    Row("D_KL", "D_KL", "relative entropy, in nats", "", "", "", "KL divergence"),
    Row("I_F", "I_F", "Fisher information", "", "", "metric", "Fisher information"),
    Row("MI", "MI", "mutual information, in nats", "", "", "", "I(X; Y)"),
    Row("χ₁", "chi_1", "slope of the layer map: stability", "", "", "", ""),
    Row("ξ_c", "xi_c", "correlation length in depth", "ξ", "ξ", "1/m", ""),
    Row("m_syn", "m_syn", "synonyms of a symbol in the random hierarchy model", "", "", "", "m"),
    Row("v", "v", "size of the vocabulary", "q (Potts)", "", "", "vocabulary"),
    Row("ξ_mod", "xi_mod", "point of moduli space", "", "", "ξ", ""),
    Row("c_acc", "c_acc", "accessory parameter", "", "", "a", ""),
    Row("ℓ", "loss", "loss, always to be minimised", "energy", "", "action", "L, loss"),
)

FIELDS = ("statistical physics", "condensed matter", "high-energy theory", "machine learning")


@dataclass(frozen=True)
class Table:
    """The course's rows and each lesson's own, to read or to search."""

    rows: tuple[tuple[str, Row], ...]  # where it holds ("" is everywhere), row

    def find(self, words: str) -> "Table":
        """The rows that mention the words."""
        return Table(tuple((w, r) for w, r in self.rows if words.lower() in " ".join((w, *r)).lower()))

    def __repr__(self) -> str:
        return "\n".join(f"{r.symbol:<7} {r.words}{f' (in {where})' if where else ''}" for where, r in self.rows)

    def _repr_html_(self) -> str:
        heads = ("symbol", "in code", "means", *FIELDS, "holds in")
        head = "".join(f'<th scope="col" style="text-align:left">{h}</th>' for h in heads)
        body = "".join(_line((*row, where or "all")) for where, row in self.rows)
        search = (  # works without a kernel: the page filters its own rows
            '<label>Search <input type="search" placeholder="symbol or word" style="padding:.2em .5em" oninput="'
            "const w=this.value.toLowerCase();this.closest('div').querySelectorAll('tbody tr')"
            '.forEach(r=>r.hidden=!r.textContent.toLowerCase().includes(w))"></label>'
        )
        page = "max-height:32em;overflow:auto;margin-top:.5em"  # a long table scrolls by itself
        rows = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return f'<div>{search}<div style="{page}">{rows}</div></div>'


def _line(cells: Iterable[str]) -> str:
    return "<tr>" + "".join(f'<td style="text-align:left">{escape(cell)}</td>' for cell in cells) + "</tr>"


def table(lessons: Mapping[str, ModuleType] | None = None) -> Table:
    """The course's table, with the rows that the lessons override (their `notation`), shown as such."""
    own = [(slug, row) for slug, lesson in (lessons or {}).items() for row in getattr(lesson, "notation", ())]
    return Table((*(("", row) for row in COURSE), *own))


def names(rows: Iterable[Row]) -> set[str]:
    """The names in code that the rows stand for."""
    return {name for row in rows for name in row.code.split()}
