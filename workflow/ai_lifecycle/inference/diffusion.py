"""Accelerator energy of generated images and videos: pure kernels."""

import numpy as np

from ai_lifecycle.bounds import positive_or_missing

MEGA = 1e6
IMAGE_TERMS = ("constant", "parameters", "batch", "gpus")
VIDEO_TERMS = ("constant", "parameters", "pixels", "gpus")


def image_columns(parameters_billion, batch, gpus):
    """Columns of the fit of ``ln(E / steps)`` of an image. [ln]

    Parameters
    ----------
    parameters_billion, batch, gpus : array_like, shape (row,)
        All above zero. [1e9 parameters, 1, 1]

    Returns
    -------
    ndarray, shape (row, 4)
        By `IMAGE_TERMS`. Size is no term: all images measured have one size.
    """
    size = np.log(positive_or_missing("parameters_billion", parameters_billion))
    return np.stack(
        [np.ones_like(size), size, np.log(positive_or_missing("batch", batch)),
         np.log(positive_or_missing("gpus", gpus))], axis=-1,
    )  # fmt: skip


def video_columns(parameters_billion, pixels, gpus):
    """Columns of the fit of ``ln(E / steps)`` of a video. [ln]

    Parameters
    ----------
    parameters_billion, pixels, gpus : array_like, shape (row,)
        Pixels over all frames. All above zero. [1e9 parameters, 1, 1]

    Returns
    -------
    ndarray, shape (row, 4)
        By `VIDEO_TERMS`; pixels in millions.
    """
    size = np.log(positive_or_missing("parameters_billion", parameters_billion))
    return np.stack(
        [np.ones_like(size), size, np.log(positive_or_missing("pixels", pixels) / MEGA),
         np.log(positive_or_missing("gpus", gpus))], axis=-1,
    )  # fmt: skip


def item_energy_j(coefficients, columns, steps):
    """Energy of one image or video. [J]

    Parameters
    ----------
    coefficients : array_like, shape (term,)
        Fitted; exponents but for the constant. [ln J, 1, ...]
    columns : ndarray, shape (row, term)
        From `image_columns` or `video_columns`.
    steps : array_like, shape (row,)
        Denoising steps; zero steps take no energy. [1]

    Returns
    -------
    ndarray, shape (row,)

    Raises
    ------
    ValueError
        If `steps` is negative.

    Notes
    -----
    Every step does the same work, so energy is proportional to steps. A free exponent would be
    read off a handful of models whose number of steps goes with their size.
    """
    count = np.asarray(steps, dtype=float)
    if np.any(count < 0):
        raise ValueError("steps must not be negative")
    return count * np.exp((np.asarray(columns) * np.asarray(coefficients)).sum(axis=-1))
