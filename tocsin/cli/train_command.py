"""``tocsin train``: fit the weights of the understanding engine."""

from pathlib import Path

import click


@click.command("train")
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="Folder with umsab/, goemotions/, xed/, mlma/ and banking77/, those that you have.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="File of weights to write; by default the packaged one.",
)
@click.option(
    "--vectors",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="File that keeps the vectors of words from one training to the next (made when absent).",
)
def command(data: Path, out: Path | None, vectors: Path | None) -> None:
    """Train the weights of the understanding engine on the corpora of a folder and on the written posts."""
    from tocsin.stream import understand  # noqa: PLC0415 - SciPy and the corpora are for this command alone
    from tocsin.stream.understand.training.corpora import load_corpora  # noqa: PLC0415 - see above
    from tocsin.stream.understand.training.run import train  # noqa: PLC0415 - see above

    packaged = Path(understand.__file__).parent / "weights.npz"
    train(load_corpora(data), vectors, out or packaged, lambda line: click.echo(line, err=True))
