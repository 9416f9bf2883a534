# Words of the window. Numbers come with their units from the program, already written; keep both files in step.
# `x-hint` is the longer line of a tooltip.

## Everywhere

start = 开始
not-a-device = 培训与研究工具，非医疗器械
settings = 设置
open = 打开…
open-hint = 打开病例文件
back = 返回
back-hint = 返回病例列表
resume = 继续
compare = 对比
drill = 练习
undo = 撤销
redo = 重做
close = 关闭
search = 搜索
yes = 是
no = 否
procedure-pvp = PVP
procedure-pkp = PKP
mode-guided = 引导
mode-practice = 练习
mode-exam = 考核
sex-f = 女
sex-m = 男
