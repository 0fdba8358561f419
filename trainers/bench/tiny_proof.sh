#!/bin/sh
# The proof of a GPU in a tiny form, on a CPU: `sh trainers/bench/tiny_proof.sh OUT`. Every phase runs;
# nothing is learned. Further words go to the command: --stretch 1, --data MIX, ...
set -eu
out=$1
shift
for part in digits_fixed letters_fixed letters_near letters_free words_free lines_free paragraphs; do
  set -- "$@" --mix-set "datasets.snippets.recipe.parts.$part.samples=120"
done
for step in 0 1 2 3 4; do
  set -- "$@" --set "data.curriculum.$step.max_samples=128"
done
exec "${PYTHON:-python3}" -m trainers bench proof nano_gpu --out "$out" --device cpu \
  --minutes 2.5 --workers 1 --limit 24 \
  --bench-recipe nano_cpu --bench-minutes 0.3 --bench-size 8 \
  --mix-set datasets.charts.recipe.parts.charts.samples=24 \
  --mix-set datasets.pages.recipe.parts.pages.samples=12 --mix-set splits.test=0.1 \
  --set model.towers.vary.config.hidden_size=48 --set model.towers.vary.config.num_hidden_layers=2 \
  --set model.towers.vary.config.num_attention_heads=2 --set model.towers.vary.config.image_size=128 \
  --set 'model.towers.vary.config.global_attn_indexes=[1]' \
  --set model.towers.vary.config.mlp_dim=96 --set model.towers.vary.config.output_channels=32 \
  --set 'model.towers.vary.downsample=[48, 64]' \
  --set model.language.config.hidden_size=64 --set model.language.config.num_hidden_layers=2 \
  --set model.language.config.num_attention_heads=2 --set model.language.config.ffn_dim=128 \
  --set model.language.config.word_embed_proj_dim=64 \
  --set stages.0.batch=16 --set stages.0.steps=80 \
  --set run.precision=fp32 --set run.log_every=4 --set run.evaluate_every=8 \
  --set run.save_every=5 --set run.held_out=8 --set run.transcripts=2 "$@"
